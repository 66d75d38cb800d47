// What all drawing elements share: the theme's colours, formats, and where data come from.
const probe = document.createElement("i")
probe.hidden = true
const canvas = document.createElement("canvas")
canvas.width = canvas.height = 1
const brush = canvas.getContext("2d", { willReadFrequently: true })

/** Colour of a token in the theme of the moment, as rgb() or rgba(). */
export const colour = name => {
  if (!probe.isConnected) document.body.append(probe)
  probe.style.color = `var(--${name})`
  brush.clearRect(0, 0, 1, 1)
  brush.fillStyle = getComputedStyle(probe).color
  brush.fillRect(0, 0, 1, 1)
  const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data
  return a === 255 ? `rgb(${r},${g},${b})` : `rgba(${r},${g},${b},${(a / 255).toFixed(3)})`
}

/** The same colour with another opacity. */
export const fade = (rgb, opacity) => rgb.replace(/^rgba?\(([^,]+,[^,]+,[^,)]+).*$/, `rgba($1,${opacity})`)

/** All tokens that drawings use. */
export const palette = () => {
  const names = ["bg", "surface", "raise", "ink", "muted", "line", "accent", "accent-weak",
    "variety", "quality", "brand", "ok", "warn", "bad", "hold"]
  const found = Object.fromEntries(names.map(name => [name, colour(name)]))
  found.series = [1, 2, 3, 4, 5, 6, 7, 8].map(n => colour(`s${n}`))
  return found
}

// English is written the British way, as the server writes it.
export const language = () => ({ en: "en-GB" })[document.documentElement.lang] ?? document.documentElement.lang
export const root = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
export const font = () => getComputedStyle(document.body).fontFamily

/** Diagonal lines for what is masked, closed or being set up. */
export const hatch = (ink, gap = 6, width = 1) => {
  const tile = document.createElement("canvas")
  tile.width = tile.height = gap
  const pen = tile.getContext("2d")
  pen.strokeStyle = ink
  pen.lineWidth = width
  for (const shift of [-gap, 0, gap]) {
    pen.moveTo(shift, gap)
    pen.lineTo(shift + gap, 0)
  }
  pen.stroke()
  return tile
}

export const number = (value, digits) =>
  value === null || value === undefined || Number.isNaN(value) ? "–"
    : new Intl.NumberFormat(language(), digits === undefined ? { maximumFractionDigits: 2 }
      : { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
export const short = value =>
  new Intl.NumberFormat(language(), { notation: "compact", maximumFractionDigits: 1 }).format(value)

const isDay = value => typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value)
export const day = (value, options = { weekday: "short", day: "numeric", month: "short" }) =>
  isDay(value)
    ? new Intl.DateTimeFormat(language(), { timeZone: "UTC", ...options }).format(new Date(`${value.slice(0, 10)}T00:00Z`))
    : String(value)
export { isDay }

/** Read an element's data: a JSON script inside it, or the address in `src`. */
export const read = async element => {
  const inside = element.querySelector('script[type="application/json"]')
  if (inside) return JSON.parse(inside.textContent)
  const answer = await fetch(element.getAttribute("src"), { headers: { Accept: "application/json" } })
  if (!answer.ok) throw new Error(`${answer.status}`)
  return answer.json()
}

export const make = (tag, properties = {}, ...children) => {
  const { aria = {}, role, ...plain } = properties
  const made = Object.assign(document.createElement(tag), plain)
  if (role) made.setAttribute("role", role)
  for (const [key, value] of Object.entries(aria)) made.setAttribute(`aria-${key}`, value)
  made.append(...children)
  return made
}

/** Repaint when the theme changes or the element gets another size. */
export const whenLookChanges = (element, repaint, resize = repaint) => {
  document.addEventListener("sanpin:theme", repaint)
  const watch = new ResizeObserver(() => resize())
  watch.observe(element)
  return () => {
    document.removeEventListener("sanpin:theme", repaint)
    watch.disconnect()
  }
}
