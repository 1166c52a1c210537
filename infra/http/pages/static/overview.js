// Keeps the overview live: when a unit's counts change, the page is asked for again, and what is another in it is put in its place and
// marks itself. No figure is computed here.

import { renewing } from "./asking.js";
import { flash, follow } from "./following.js";
import { show } from "./patching.js";

const live = document.getElementById("live");
const changed = renewing((page) => {
  show(page, "[data-live]", flash);
  live.hidden = !page.getElementById("live"); // its period has ended meanwhile
});

follow(live, { units: changed, restarted: changed }, { unit: live.dataset.unit });
