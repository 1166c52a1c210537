// Handing a file in and watching what becomes of it. Without this script the form is sent as any form is, and a job is watched by
// reloading its page.

import { fetchPage, lookedAt } from "./asking.js";
import { patch } from "./patching.js";

const form = document.querySelector("form.handing");
if (form) {
  const told = form.querySelector(".told");
  const file = form.querySelector('input[type="file"]');
  file.addEventListener("change", () => {
    const large = file.files[0] && file.files[0].size > Number(form.dataset.most);
    file.setCustomValidity(large ? form.dataset.tooLarge : "");
    told.textContent = large ? form.dataset.tooLarge : "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const request = new XMLHttpRequest(); // fetch does not tell how much was sent
    request.open("POST", form.getAttribute("action"));
    request.setRequestHeader("Accept", "text/html");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      told.textContent = form.dataset.sending.replace("%", `${Math.floor((100 * loaded) / total)} %`);
    });
    request.addEventListener("error", () => {
      told.textContent = form.dataset.failed;
      form.querySelector("button").disabled = false;
    });
    request.addEventListener("load", () => {
      if (request.status < 400) return location.assign(request.responseURL);
      const said = new DOMParser().parseFromString(request.responseText, "text/html");
      document.querySelector(".problem")?.remove();
      const problem = said.querySelector(".problem");
      form.querySelector("button").disabled = false;
      told.textContent = "";
      if (problem) {
        document.getElementById("main").prepend(document.importNode(problem, true));
        document.querySelector(".problem").scrollIntoView();
      } else told.textContent = form.dataset.failed;
    });
    form.querySelector("button").disabled = true;
    request.send(new FormData(form));
  });
}

const AGAIN = 700; // milliseconds between two looks at a job

const job = () => document.getElementById("job");

async function watch() {
  while (job()?.dataset.running) {
    await new Promise((done) => setTimeout(done, AGAIN));
    await lookedAt();
    let page;
    try {
      page = await fetchPage(location.href);
    } catch {
      continue; // the server is busy, or being started anew
    }
    if (page === null) { // to sign in again, or the server has begun anew and knows nothing of it
      document.getElementById("said").textContent = document.querySelector(".reload").textContent;
      return;
    }
    const focused = job().contains(document.activeElement);
    patch(document.getElementById("main"), page.getElementById("main"));
    if (focused && !job().contains(document.activeElement)) document.getElementById("state").focus();
  }
}
if (job()?.dataset.running) watch();
