// The live page's script: renews what has changed, sends forms without leaving the page, shows times of this place. Without it all is
// there to read, and forms work.
"use strict";

const notice = document.getElementById("notice");
let noticeTimer = 0;

function tell(text, isBad) {
  clearTimeout(noticeTimer);
  notice.textContent = text;
  notice.className = isBad ? "notice bad" : "notice";
  noticeTimer = setTimeout(() => { notice.textContent = ""; }, isBad ? 12000 : 5000);
}

// Times of this browser's zone.
const whole = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });

function showTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const date = new Date(time.dateTime);
    if (isNaN(date)) continue;
    time.textContent = ("day" in time.dataset ? day : whole).format(date);
    time.title = date.toString();
  }
}

// Puts new contents in place of old ones and keeps what is the same: focus, open details, pictures that are shown, what is being typed.
function key(node) { return node.nodeType === 1 ? node.id || "" : ""; }

function morph(old, now) {
  const byKey = new Map();
  for (const child of old.children) if (key(child)) byKey.set(key(child), child);
  let place = old.firstChild;
  for (const next of [...now.childNodes]) {
    let same = key(next) ? byKey.get(key(next)) : place;
    const fits = same && same.nodeType === next.nodeType && same.nodeName === next.nodeName && key(same) === key(next);
    if (!fits) { old.insertBefore(next, place); continue; }
    if (same !== place) old.insertBefore(same, place); else place = place.nextSibling;
    if (next.nodeType === 1) { renew(same, next); } else if (same.nodeValue !== next.nodeValue) { same.nodeValue = next.nodeValue; }
  }
  while (place) { const gone = place; place = place.nextSibling; gone.remove(); }
}

function renew(old, now) {
  const isTyping = old === document.activeElement && old.matches("input, select");
  for (const { name } of [...old.attributes]) {
    if (!now.hasAttribute(name) && name !== "open" && name !== "title" && !isTyping) old.removeAttribute(name);
  }
  for (const { name, value } of [...now.attributes]) {
    if (name === "value" && isTyping || old.getAttribute(name) === value) continue;
    if (name === "src" && old.matches("img.preview")) { exchange(old, value); } else { old.setAttribute(name, value); }
    if (name === "value" && old.matches("progress, input")) old.value = value;
  }
  if (old.matches("time") && old.dateTime === now.dateTime && old.title) return;
  morph(old, now);
}

// A new picture is shown when it is there, so that none flickers.
function exchange(image, source) {
  if (image.dataset.next === source) return;
  image.dataset.next = source;
  const next = new Image();
  next.onload = () => { if (image.dataset.next === source) image.src = source; };
  next.src = source;
}

function show(name, html) {
  const place = document.querySelector(`[data-live="${CSS.escape(name)}"]`);
  if (!place) return;
  const now = new DOMParser().parseFromString(`<body>${html}</body>`, "text/html").body;
  morph(place, now);
  showTimes(place);
}

// What has changed comes as events; where these do not get through it is asked for.
const live = document.querySelectorAll("[data-live]").length > 0;
let version = document.body.dataset.version;
let failures = 0;
let asking = 0;

function listen() {
  if (!window.EventSource) return ask();
  const source = new EventSource(`/live?since=${encodeURIComponent(version)}`);
  let beat = Date.now();
  for (const name of ["daemon", "running", "queue", "failed", "latest"]) {
    source.addEventListener(name, (event) => show(name, event.data));
  }
  source.addEventListener("beat", (event) => { beat = Date.now(); version = event.lastEventId || version; });
  source.onopen = () => { failures = 0; beat = Date.now(); document.body.dataset.connected = "events"; if (asking) reconnected(); };
  source.onerror = () => {
    document.body.dataset.connected = "";
    if (source.readyState !== EventSource.CLOSED && failures++ < 2) return;
    source.close();
    clearInterval(watch);
    ask();
  };
  // A line that was cut without a word, as when a laptop slept.
  const watch = setInterval(() => {
    if (Date.now() - beat < 45000) return;
    source.close();
    clearInterval(watch);
    listen();
  }, 5000);
}

function reconnected() {
  asking = 0;
  tell("The connection is back.");
}

async function ask() {
  asking += 1;
  if (asking === 3) tell("The connection to Easel is lost; trying again.", true);
  try {
    const reply = await fetch(`/live.json?since=${encodeURIComponent(version)}`, { cache: "no-store" });
    if (!reply.ok) throw new Error(reply.statusText);
    const news = await reply.json();
    version = news.version;
    for (const [name, html] of Object.entries(news.fragments)) show(name, html);
    document.body.dataset.connected = "asking";
    if (asking > 2) tell("The connection is back.");
    asking = 1;
    // Events may get through again.
    if (window.EventSource && ++failures % 10 === 0) return listen();
  } catch (error) {
    document.body.dataset.connected = "";
  }
  setTimeout(ask, Math.min(2000 * Math.max(1, asking), 10000));
}

// Forms that ask for something.
async function send(form, again) {
  const reply = await fetch(form.action, {
    method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" },
  });
  // The page was there longer than the server's memory: another page brings a new token, once.
  if (reply.status === 403 && !again) {
    await fetch("/state", { cache: "no-store" });
    return send(form, true);
  }
  const answer = await reply.json().catch(() => ({ words: reply.statusText }));
  return { isBad: !reply.ok, words: answer.words };
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("ask" in form.dataset)) return;
  event.preventDefault();
  const button = event.submitter || form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await send(form, false);
    tell(answer.words, answer.isBad);
    if (!answer.isBad) {
      form.closest("details")?.removeAttribute("open");
      if (form.dataset.then) setTimeout(() => { location.assign(form.dataset.then); }, 600);
    }
  } catch (error) {
    tell("Easel does not answer; is the page still running?", true);
  }
  button.disabled = false;
});

// The slider.
document.addEventListener("input", (event) => {
  const compare = event.target.closest(".compare");
  if (compare) compare.style.setProperty("--split", `${event.target.value}%`);
});

// The form of a new job.
const order = document.getElementById("order");

function files(name) { return [...order.querySelector(`input[type=file][name=${name}]`).files]; }

function size(bytes) { return bytes < 1 << 20 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / (1 << 20)).toFixed(1)} MiB`; }

async function preview(file, item) {
  try {
    const bitmap = await createImageBitmap(file, { resizeWidth: 288, resizeQuality: "medium" });
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    canvas.setAttribute("aria-hidden", "true");
    item.prepend(canvas);
    bitmap.close();
  } catch (error) {
    // Not every picture that Easel reads can be shown by every browser.
  }
}

function showChosen(name) {
  const list = order.querySelector(`[data-drop=${name}] .chosen`);
  list.replaceChildren();
  for (const file of files(name)) {
    const item = document.createElement("li");
    item.append(`${file.name}, ${size(file.size)}`);
    list.append(item);
    if (list.children.length <= 12) preview(file, item);
  }
  const keep = order.querySelector(`[name=keep_${name}]`);
  if (keep && files(name).length > 0) keep.checked = false;
}

function complain(problems) {
  const place = document.getElementById("problems");
  place.replaceChildren();
  if (problems.length === 0) return;
  const box = document.createElement("div");
  box.className = "trouble";
  box.setAttribute("role", "alert");
  box.tabIndex = -1;
  const heading = document.createElement("h2");
  heading.textContent = "This is not right yet";
  const list = document.createElement("ul");
  for (const problem of problems) {
    const item = document.createElement("li");
    const field = problem.key && document.getElementById(`set-${problem.key.split(".")[0]}`);
    if (field) {
      const link = document.createElement("a");
      link.href = `#${field.id}`;
      link.textContent = problem.key;
      link.addEventListener("click", () => { document.getElementById("more").open = true; field.focus(); });
      item.append(link, ": ");
      field.setAttribute("aria-invalid", "true");
    } else if (problem.key) {
      item.append(`${problem.key}: `);
    }
    item.append(problem.words);
    list.append(item);
  }
  box.append(heading, list);
  place.append(box);
  box.focus();
  box.scrollIntoView({ block: "nearest" });
}

// What the server would say of the files, before they are on their way.
function mistakesInFiles() {
  const all = [...files("photo"), ...files("painting")];
  const limits = order.dataset;
  const mistakes = [];
  for (const file of all) {
    if (file.size > Number(limits.mostFile)) mistakes.push({ words: `${file.name} has ${size(file.size)}; at most ${size(Number(limits.mostFile))} are taken` });
    if (file.size === 0) mistakes.push({ words: `${file.name} is empty` });
  }
  const sum = all.reduce((sum, file) => sum + file.size, 0);
  if (sum > Number(limits.mostBytes)) mistakes.push({ words: `together these are ${size(sum)}; at most ${size(Number(limits.mostBytes))} are taken at a time` });
  if (all.length > Number(limits.mostFiles)) mistakes.push({ words: `these are ${all.length} files; at most ${limits.mostFiles} are taken at a time` });
  return mistakes;
}

function words() {
  const data = new FormData(order);
  const fields = new URLSearchParams();
  for (const [name, value] of data) if (typeof value === "string") fields.append(name, value);
  fields.append("photos", String(files("photo").length));
  fields.append("paintings", String(files("painting").length));
  return fields;
}

function upload() {
  const data = new FormData();
  // Fields before files, so that a mistake in them is seen first.
  for (const [name, value] of new FormData(order)) if (typeof value === "string") data.append(name, value);
  for (const name of ["photo", "painting"]) for (const file of files(name)) data.append(name, file, file.name);
  const bar = document.getElementById("upload");
  const said = document.getElementById("upload-words");
  bar.hidden = false;
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.upload.onprogress = (event) => {
      if (!event.lengthComputable) return;
      bar.value = 100 * event.loaded / event.total;
      said.textContent = `${size(event.loaded)} of ${size(event.total)}`;
    };
    request.onloadend = () => {
      bar.hidden = true;
      said.textContent = "";
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch (error) { answer = {}; }
      resolve({ status: request.status, answer });
    };
    request.open("POST", order.action);
    request.setRequestHeader("Accept", "application/json");
    request.send(data);
  });
}

async function check() {
  const ask = () => fetch("/check", { method: "POST", body: words(), headers: { Accept: "application/json" } });
  let reply = await ask();
  if (reply.status === 403) {
    await fetch("/state", { cache: "no-store" });
    reply = await ask();
  }
  const answer = await reply.json();
  return answer.problems || (reply.ok ? [] : [{ words: answer.words }]);
}

async function submitOrder() {
  for (const field of order.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  const problems = [...mistakesInFiles(), ...await check()];
  complain(problems);
  if (problems.length > 0) return;
  const { status, answer } = await upload();
  if (status === 200) {
    tell(answer.words);
    setTimeout(() => { location.assign("/"); }, 400);
  } else {
    complain(answer.problems || [{ words: answer.words || "Easel does not answer, or has cut the upload off" }]);
  }
}

if (order) {
  for (const name of ["photo", "painting"]) {
    const field = order.querySelector(`[data-drop=${name}]`);
    const input = field.querySelector("input[type=file]");
    input.addEventListener("change", () => showChosen(name));
    order.querySelector(`[name=keep_${name}]`)?.addEventListener("change", (event) => {
      if (name === "photo") input.required = !event.target.checked;
    });
    for (const kind of ["dragenter", "dragover"]) {
      field.addEventListener(kind, (event) => { event.preventDefault(); field.classList.add("over"); });
    }
    for (const kind of ["dragleave", "drop"]) field.addEventListener(kind, () => field.classList.remove("over"));
    field.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length === 0) return;
      input.files = event.dataTransfer.files;
      showChosen(name);
    });
    if (input.files.length > 0) showChosen(name);
  }
  order.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = order.querySelector(".submit button");
    button.disabled = true;
    try {
      await submitOrder();
    } catch (error) {
      complain([{ words: "Easel does not answer; is the page still running?" }]);
    }
    button.disabled = false;
  });
}

showTimes(document);
if (live) listen();
