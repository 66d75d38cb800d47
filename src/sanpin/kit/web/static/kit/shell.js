// The shell's few behaviours. Everything works without them; they save a round trip.
const root = document.documentElement
root.classList.add("enhanced")

const keep = (name, value) => {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`
}

// Theme: switch at once and tell the charts.
const dark = () =>
  root.dataset.theme === "dark" ||
  (root.dataset.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches)
const retheme = () => document.dispatchEvent(new Event("sanpin:theme"))
for (const button of document.querySelectorAll(".theme-switch")) {
  button.form.addEventListener("submit", event => {
    event.preventDefault()
    root.dataset.theme = dark() ? "light" : "dark"
    keep("sanpin_theme", root.dataset.theme)
    retheme()
  })
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", retheme)

// Rail: folded or open, remembered.
document.querySelector(".rail-fold")?.addEventListener("click", event => {
  const closed = root.dataset.rail !== "closed"
  closed ? (root.dataset.rail = "closed") : delete root.dataset.rail
  event.currentTarget.setAttribute("aria-expanded", String(!closed))
  keep("sanpin_rail", closed ? "closed" : "open")
})

// Tabs: the open one is in sight, however narrow the window.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 48
}

// Menus close when the reader turns elsewhere.
const closeMenus = except => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false
  }
}
document.addEventListener("click", event => closeMenus(event.target.closest?.("details.menu")))
document.addEventListener("focusin", event => closeMenus(event.target.closest?.("details.menu")))

// Forms: filters submit themselves, dangerous ones ask first.
document.addEventListener("change", event => {
  const form = event.target.form
  if (form?.dataset.auto !== undefined) form.requestSubmit()
})
document.addEventListener("submit", event => {
  const question = event.target.dataset.confirm
  if (question && !confirm(question)) event.preventDefault()
})

// Search: one box over everything.
const finder = document.querySelector(".finder")
let hits = []
let chosen = 0
let asked = 0
let picked = "" // what the reader chose by arrow since typing last; a late answer keeps it

const element = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}

const choose = index => {
  chosen = Math.max(0, Math.min(index, hits.length - 1))
  hits.forEach((hit, i) => hit.setAttribute("aria-selected", String(i === chosen)))
  hits[chosen]?.scrollIntoView({ block: "nearest" })
  const input = finder.querySelector("input")
  hits[chosen] ? input.setAttribute("aria-activedescendant", hits[chosen].id)
    : input.removeAttribute("aria-activedescendant")
}

const look = async input => {
  const turn = ++asked
  const words = input.value.trim()
  const answer = words ? await fetch(`/api/v1/search?q=${encodeURIComponent(words)}`) : null
  const found = answer?.ok ? (await answer.json()).hits : []
  if (turn !== asked) return
  const list = finder.querySelector("ul")
  hits = found.map((hit, i) => {
    const link = element("a", { href: hit.path, tabIndex: -1 }, hit.label)
    link.append(element("span", { textContent: [hit.kind, hit.detail].filter(Boolean).join(" · ") }))
    const item = element("li", { id: `hit-${i}` }, link)
    item.setAttribute("role", "option")
    return item
  })
  list.replaceChildren(...hits)
  finder.querySelector("p").hidden = !words || hits.length > 0
  choose(hits.findIndex(hit => hit.querySelector("a").href === picked))
}

const openFinder = () => {
  if (!finder.firstChild) {
    const input = element("input", { name: "q", autocomplete: "off" })
    input.setAttribute("role", "combobox")
    input.setAttribute("aria-label", finder.getAttribute("aria-label"))
    input.setAttribute("aria-controls", "hits")
    input.setAttribute("aria-expanded", "true")
    const list = element("ul", { id: "hits" })
    list.setAttribute("role", "listbox")
    list.setAttribute("aria-label", finder.getAttribute("aria-label"))
    const none = element("p", { className: "finder-none", textContent: finder.dataset.none, hidden: true })
    const form = element("form", { action: "/search" }, input)
    finder.append(form, list, none)
    let wait = 0
    input.addEventListener("input", () => {
      picked = ""
      clearTimeout(wait)
      wait = setTimeout(look, 120, input)
    })
    input.addEventListener("keydown", event => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (!step) return
      choose(chosen + step)
      picked = hits[chosen]?.querySelector("a").href ?? ""
      event.preventDefault()
    })
    form.addEventListener("submit", event => {
      const link = hits[chosen]?.querySelector("a")
      if (link) {
        event.preventDefault()
        location.assign(link.href)
      }
    })
    finder.addEventListener("click", event => event.target === finder && finder.close())
  }
  finder.showModal()
  finder.querySelector("input").select()
}
document.querySelector("[data-search]")?.form.addEventListener("submit", event => {
  event.preventDefault()
  openFinder()
})
document.addEventListener("keydown", event => {
  if (event.key === "Escape") {
    const menu = document.activeElement?.closest("details.menu[open]")
    closeMenus()
    menu?.querySelector("summary").focus()
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && finder) {
    event.preventDefault()
    openFinder()
  }
})
