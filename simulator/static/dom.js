// Small helpers: building elements (text always as text, never as markup) and talking to the server.

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Only addresses that a chat would open; anything else shows as plain text.
export function link(url, ...children) {
  let target;
  try {
    target = new URL(url);
  } catch {
    return h("span", {}, ...children);
  }
  if (!["http:", "https:", "tel:", "mailto:"].includes(target.protocol)) return h("span", {}, ...children);
  return h("a", { href: target.href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

export async function post(path, body) {
  const isForm = body instanceof FormData;
  const response = await fetch(`sim/${path}`, {
    method: "POST",
    headers: isForm ? {} : { "Content-Type": "application/json" },
    body: isForm ? body : JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || `出错了（${response.status}）`);
  return answer;
}

let hiding;
export function toast(text) {
  const box = document.getElementById("toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { box.hidden = true; }, 4000);
}

// Runs what a click asked for; a refusal is shown, not thrown.
export async function attempt(work) {
  try {
    return await work();
  } catch (fault) {
    toast(fault instanceof TypeError ? "连不上演示服务" : fault.message);
    return null;
  }
}
