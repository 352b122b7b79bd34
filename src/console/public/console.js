// Says so when the open overview can no longer be refreshed; the page works without it.
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
  asOf.textContent = detail.xhr.getResponseHeader('X-Watchdesk-At') ?? asOf.textContent;
});
// Nobody looks at a hidden tab: ask nothing then.
document.addEventListener('htmx:beforeRequest', (event) => {
  if (document.hidden) event.preventDefault();
});
