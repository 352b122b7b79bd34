// Says so when an open page can no longer be refreshed; the pages work without it.
const bar = document.getElementById('stale');
const asOf = document.getElementById('as-of');

const lost = () => {
  bar.hidden = false;
};

document.addEventListener('htmx:sendError', lost);
document.addEventListener('htmx:timeout', lost);
document.addEventListener('htmx:responseError', lost);
document.addEventListener('htmx:afterRequest', ({ detail }) => {
  if (!detail.successful) return;
  bar.hidden = true;
  const made = document.getElementById('made');
  asOf.textContent = detail.xhr.getResponseHeader('X-Watchdesk-At') ?? made.textContent;
});
// A page that has not changed is left alone: focus, selection and the place of a screen reader stay.
document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  const fresh = new DOMParser().parseFromString(detail.serverResponse, 'text/html');
  const [live, made] = ['live', 'made'].map((id) => fresh.getElementById(id));
  if (!live || !made) return;
  document.getElementById('made').textContent = made.textContent;
  detail.shouldSwap &&= live.innerHTML !== detail.target.innerHTML;
});
// Nobody looks at a hidden tab: ask nothing then.
document.addEventListener('htmx:beforeRequest', (event) => {
  if (document.hidden) event.preventDefault();
});
