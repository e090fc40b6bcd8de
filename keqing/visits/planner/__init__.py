from keqing.visits.planner.due import DueParty, due_at, due_list, due_of, one_due
from keqing.visits.planner.team import Team, team_today
from keqing.visits.planner.today import Today, today_list

__all__ = ["DueParty", "Team", "Today", "due_at", "due_list", "due_of", "one_due", "team_today", "today_list"]
