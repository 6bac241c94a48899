// The interactive reference: the OpenAPI document, with requests that the visitor can send with their own credentials.
const place = document.querySelector("#reference");
const root = document.documentElement;
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);

const reference = window.Scalar.createApiReference(place, {
  url: place.dataset.document,
  // The platform that serves this page is the one that answers.
  baseServerURL: location.origin,
  hideTestRequestButton: place.dataset.try !== "on",
  layout: "modern",
  theme: "none",
  darkMode: isDark(),
  hideDarkModeToggle: true,
  withDefaultFonts: false,
  telemetry: false,
  showDeveloperTools: "never",
  agent: { disabled: true },
  hideClientButton: true,
  hideModels: true,
  persistAuth: false,
  documentDownloadType: "none",
  operationTitleSource: "path",
  defaultOpenFirstTag: true,
  searchHotKey: "j",
  generateTagSlug: (tag) => tag.name.toLowerCase().replaceAll(" ", "-"),
  generateOperationSlug: (operation) => operation.operationId ?? `${operation.method}${operation.path}`,
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
  authentication: { preferredSecurityScheme: "tenant_key" },
  tagsSorter: "alpha",
});

// The page's own switch decides on the theme.
const follow = () => reference.updateConfiguration?.({ ...reference.getConfiguration?.(), darkMode: isDark() });
new MutationObserver(() => {
  document.body.classList.toggle("dark-mode", isDark());
  document.body.classList.toggle("light-mode", !isDark());
  follow();
}).observe(root, { attributes: true, attributeFilter: ["data-theme"] });

// What Scalar leaves out for people who do not see the page, each with what is wrong.
const MENDED = [
  // A button cannot be selected; one in a list of places can be the current one.
  ["button[aria-selected]:not([role])", (button) => {
    if (button.getAttribute("aria-selected") === "true") button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    button.removeAttribute("aria-selected");
  }],
  ["[role=textbox]:not([aria-label])", (field) => field.setAttribute("aria-label", "Value")],
  // A search is a landmark around a field, and no button.
  ["button[role=search]", (button) => button.removeAttribute("role")],
  [".scalar-code-copy:not([aria-label])", (button) => button.setAttribute("aria-label", "Copy")],
  // The label would hide the words that are shown.
  [".show-more[aria-label]", (button) => button.removeAttribute("aria-label")],
  ["ul.endpoints:not([tabindex])", (list) => { list.tabIndex = 0; }],
  // What can be pressed is a button, whatever it looks like.
  ["button[role=none]", (button) => button.removeAttribute("role")],
  ["input[type=checkbox]:not([aria-label])", (box) => box.setAttribute("aria-label", "Send this row")],
  ["button[aria-controls]", (button) => {
    if (!document.getElementById(button.getAttribute("aria-controls"))) button.removeAttribute("aria-controls");
  }],
];

// The panel for requests is outside of the reference's own element.
const SCALAR = ":is(#reference, .scalar-client, .scalar-app)";
let waiting = false;

function mend() {
  waiting = false;
  for (const [selector, change] of MENDED) document.querySelectorAll(`${SCALAR} ${selector}`).forEach(change);
}
function mendSoon() {
  if (waiting) return;
  waiting = true;
  queueMicrotask(mend);
}
const watched = ["aria-selected", "aria-label", "aria-controls", "role"];
new MutationObserver(mendSoon).observe(document.body, { childList: true, subtree: true, attributeFilter: watched });
mend();
