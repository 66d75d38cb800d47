// The solver's page: a file that is sent when chosen, sliders that say their value, and
// <x-search src seconds>: a search while it lasts, with its curve. Without this all are forms.
import { number } from "../kit/elements/paint.js"

class ProblemFile extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form"), input = this.querySelector("input[type=file]")
    input.addEventListener("change", () => input.files.length && form.requestSubmit())
    for (const name of ["dragenter", "dragover"]) this.addEventListener(name, event => this.over(event, true))
    this.addEventListener("dragleave", event => this.over(event, this.contains(event.relatedTarget)))
    this.addEventListener("drop", event => {
      this.over(event, false)
      if (!event.dataTransfer.files.length) return
      input.files = event.dataTransfer.files
      form.requestSubmit()
    })
  }

  over(event, inside) {
    event.preventDefault()
    this.classList.toggle("over", inside)
  }
}
customElements.define("x-file", ProblemFile)

class Slider extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input"), output = this.querySelector("output")
    // Small weights are written in full, such as 0.001.
    const show = () => { output.textContent = input.valueAsNumber < 1 ? `${input.valueAsNumber}` : number(input.valueAsNumber) }
    input.addEventListener("input", show)
    show()
  }
}
customElements.define("x-slider", Slider)

const TICKS = 120
const STEPS = [.05, .1, .25, .5, 1, 2, 5, 10, 30, 60, 300, 600, 1800]

class Search extends HTMLElement {
  connectedCallback() {
    this.limit = Number(this.getAttribute("seconds"))
    this.stream = new EventSource(this.getAttribute("src"))
    for (const name of ["update", "end"]) {
      this.stream.addEventListener(name, event => this.show(JSON.parse(event.data), name === "end"))
    }
    // A page that is kept for going back would hold its connection for ever.
    this.leave = () => this.stream.close()
    window.addEventListener("pagehide", this.leave)
    // Between two better schedules only the clock goes on.
    this.clock = setInterval(() => this.tick(), 500)
  }

  disconnectedCallback() {
    this.stream.close()
    clearInterval(this.clock)
    window.removeEventListener("pagehide", this.leave)
  }

  write(name, text) {
    this.querySelector(`[data-figure=${name}]`).textContent = text
  }

  show(run, final) {
    if (final) {
      this.stream.close()
      location.reload()
      return
    }
    const { objective, bound, step, seconds, trace } = run.metrics
    const message = [run.word, run.message].filter(Boolean).join(" · ")
    const said = this.querySelector("[data-message]")
    if (said.textContent !== message) said.textContent = message
    this.querySelector("progress").value = run.progress
    const stop = this.querySelector("form button")
    if (stop) stop.disabled = run.stopping
    if (seconds === undefined) return
    this.told = { seconds, at: performance.now() }
    this.write("objective", number(objective))
    this.write("bound", number(bound))
    this.write("gap", objective ? `${number(Math.max(0, objective - bound) / Math.abs(objective) * 100, 1)}%` : "–")
    this.write("step", number(step, 0))
    this.trace = trace
    this.tick()
  }

  tick() {
    if (!this.told) return
    const seconds = Math.min(this.limit, this.told.seconds + (performance.now() - this.told.at) / 1000)
    this.write("seconds", number(Math.floor(seconds), 0))
    const bar = this.querySelector("progress")
    bar.value = Math.max(bar.value, Math.min(.99, seconds / this.limit))
    this.draw(seconds)
  }

  // Better schedules come at odd instants; the curve holds each value until the next one.
  draw(until) {
    const chart = this.querySelector("x-chart")
    if (!chart?.spec || !this.trace?.length) return
    const step = STEPS.find(each => until / each <= TICKS) ?? until / TICKS
    const values = Array.from({ length: Math.ceil(until / step) + 1 }, (_, i) => Math.round(step * i * 100) / 100)
    const at = (time, column) => this.trace.findLast(point => point[0] <= time)?.[column] ?? null
    const objectives = values.map(time => at(time, 1)), bounds = values.map(time => at(time, 2))
    const known = [...objectives, ...bounds].filter(value => value !== null)
    const low = Math.min(...known), high = Math.max(...known)
    chart.spec = {
      ...chart.spec,
      minimum: high > low ? Math.max(0, low - (high - low) / 10) : undefined,
      x: { values, label: this.dataset.seconds },
      series: [
        { name: this.dataset.objective, values: objectives, step: true },
        { name: this.dataset.bound, values: bounds, dash: true, step: true, colour: "muted" },
      ],
    }
    chart.paint()
  }
}
customElements.define("x-search", Search)
