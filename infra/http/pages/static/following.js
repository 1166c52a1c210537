// Follows a stream for a page, and says on the page whether it is live or cut off, and from when its last data are.
// Its place is the element #live; its own: data-stream (the address) and data-after (the id that the page was made at).

const hour = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** Milliseconds until it is asked again after an answer that is an error: there the browser gives up. Each time twice as long, to a minute. */
const AGAIN = 2000;
const SELDOM = 60000;

/** Call what is told by the name of its event, with its data. `silent`: whether the page is about another moment just now. */
export function follow(live, told, { silent = () => false, ...asked } = {}) {
  const on = live.querySelector(".on");
  const paused = live.querySelector(".paused");
  let last = new Date();
  let seen = live.dataset.after;
  let again = AGAIN;

  function open() {
    const address = new URL(live.dataset.stream, location.href);
    for (const [name, value] of Object.entries({ after: seen, ...asked })) if (value) address.searchParams.set(name, value);
    const source = new EventSource(address);
    source.addEventListener("open", () => {
      last = new Date();
      again = AGAIN;
      on.hidden = silent();
      paused.hidden = true;
    });
    source.addEventListener("error", () => {
      const time = paused.querySelector("time");
      time.dateTime = last.toISOString();
      time.textContent = hour.format(last);
      on.hidden = true;
      paused.hidden = false;
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(open, again);
        again = Math.min(2 * again, SELDOM);
      }
    });
    for (const [name, then] of Object.entries(told)) {
      source.addEventListener(name, ({ data, lastEventId }) => {
        last = new Date();
        seen = lastEventId || seen;
        then(data);
      });
    }
  }

  live.hidden = false;
  open();
}

/** Mark a place for a moment. */
export function flash(place, milliseconds = 2000) {
  place.classList.add("changed");
  setTimeout(() => place.classList.remove("changed"), milliseconds);
}
