// Follows a stream for a page, and says on the page whether it is live or cut off, and from when its last data are.
// Its place is the element #live; its own: data-stream (the address) and data-after (the id that the page was made at).

const hour = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** Call what is told by the name of its event, with its data. `silent`: whether the page is about another moment just now. */
export function follow(live, told, { silent = () => false, ...asked } = {}) {
  const address = new URL(live.dataset.stream, location.href);
  for (const [name, value] of Object.entries({ after: live.dataset.after, ...asked })) if (value) address.searchParams.set(name, value);
  const source = new EventSource(address);
  const on = live.querySelector(".on");
  const paused = live.querySelector(".paused");
  let last = new Date();
  live.hidden = false;
  source.addEventListener("open", () => {
    last = new Date();
    on.hidden = silent();
    paused.hidden = true;
  });
  source.addEventListener("error", () => {
    const time = paused.querySelector("time");
    time.dateTime = last.toISOString();
    time.textContent = hour.format(last);
    on.hidden = true;
    paused.hidden = false;
  });
  for (const [name, then] of Object.entries(told)) {
    source.addEventListener(name, ({ data }) => {
      last = new Date();
      then(data);
    });
  }
}

/** Mark a place for a moment. */
export function flash(place, milliseconds = 2000) {
  place.classList.add("changed");
  setTimeout(() => place.classList.remove("changed"), milliseconds);
}
