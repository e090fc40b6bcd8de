// The one module a page loads. Every part listens on the document, so swapped-in content works without a second start;
// without this file each page still works as plain links and forms.
import "./keys.js";
import "./list.js";
import "./toast.js";
import "./float.js";
import "./form.js";
import "./keep.js";
import "./locate.js";
import "./theme.js";
import "./net.js";
import "./enhance.js";
