// Handing a file in and watching what becomes of it. Without this script the form is sent as any form is, and a job is watched by
// reloading its page.

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

const job = () => document.getElementById("job");
async function watch() {
  while (job()?.dataset.running) {
    await new Promise((done) => setTimeout(done, 700));
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" }, redirect: "manual" });
      if (!answer.ok) continue;
      const said = new DOMParser().parseFromString(await answer.text(), "text/html");
      const running = said.getElementById("job").dataset.running;
      // A button under the finger stays where it is: of a job that goes on only the figures are put in.
      if (running) {
        for (const part of ["progress", ".progress", "#job > p:last-of-type"]) {
          const here = job().querySelector(part);
          const there = said.querySelector(`#job ${part}`);
          if (here && there) here.replaceWith(document.importNode(there, true));
        }
      } else {
        document.getElementById("main").replaceWith(document.importNode(said.getElementById("main"), true));
      }
    } catch {
      // The server may be busy, or be started anew: asked again in a moment.
    }
  }
}
if (job()?.dataset.running) watch();
