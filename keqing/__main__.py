from keqing.web.command import main

main()
