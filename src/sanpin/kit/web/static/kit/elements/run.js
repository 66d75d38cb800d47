// <x-run src>: a Run with its steps, live. The stream says everything in the reader's language.
import { make } from "./paint.js"

class RunProgress extends HTMLElement {
  connectedCallback() {
    if (["done", "failed", "cancelled"].includes(this.getAttribute("state"))) return
    this.stream = new EventSource(this.getAttribute("src"))
    for (const name of ["update", "end"]) {
      this.stream.addEventListener(name, event => this.show(JSON.parse(event.data), name === "end"))
    }
  }

  disconnectedCallback() {
    this.stream?.close()
  }

  show(run, final) {
    this.setAttribute("state", run.state)
    this.querySelector("progress").value = run.progress
    this.querySelector(".run-message").textContent = [run.word, run.message].filter(Boolean).join(" · ")
    this.querySelector(".run-steps").replaceChildren(...(run.steps ?? []).map(step => {
      const item = make("li", {}, make("span", { textContent: step.label }), make("span", { className: "muted", textContent: step.message }))
      item.dataset.state = step.state
      return item
    }))
    if (!final) return
    this.stream.close()
    this.dispatchEvent(new CustomEvent("run:end", { detail: run, bubbles: true }))
    if (this.hasAttribute("reload")) location.reload()
  }
}
customElements.define("x-run", RunProgress)
