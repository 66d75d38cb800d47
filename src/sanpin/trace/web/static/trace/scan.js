// <x-scan>: the box for codes. Adds what a form alone cannot do: the separator key of hand
// scanners, the camera where the browser reads codes, and photos that are sent when chosen.
const FORMATS = ["data_matrix", "qr_code", "code_128", "ean_13", "ean_8", "itf", "upc_a", "upc_e", "databar"]
// Symbology identifiers of what holds GS1 data; a browser tells the format but not that.
const GS1 = { data_matrix: "]d2", code_128: "]C1", qr_code: "]Q3", databar: "]e0" }
const SEPARATOR = "\x1d"
const SHOWN = "␝"

const make = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}

/** Data of a code as a hand scanner would send it. */
export const scanned = ({ rawValue, format }) => {
  const holdsGs1 = rawValue.includes(SEPARATOR) || (format === "databar")
  const text = rawValue.replace(/^\x1d/, "")
  return (holdsGs1 && GS1[format] ? GS1[format] : "") + text
}

class Scan extends HTMLElement {
  connectedCallback() {
    if (this.box) return
    this.box = this.querySelector("[name=q]")
    this.photo = this.querySelector("[type=file]")
    this.photo.addEventListener("change", () => this.photo.files.length && this.photo.form.requestSubmit())
    this.classList.add("enhanced")
    // Scanners that work as keyboards type the separator as Ctrl ], which no box takes by itself.
    this.box.addEventListener("keydown", event => {
      if (!(event.ctrlKey && (event.key === "]" || event.code === "BracketRight")) && event.key !== SEPARATOR) return
      event.preventDefault()
      this.write(SHOWN)
    })
    // A scan that arrives while nothing is being typed elsewhere belongs into the box.
    document.addEventListener("keydown", event => {
      const here = document.activeElement
      const free = !here || here === document.body || here.id === "main"
      if (free && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) this.box.focus()
    })
    if ("BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia) this.offerCamera()
  }

  disconnectedCallback() {
    this.stop()
  }

  write(text) {
    const { selectionStart: from, selectionEnd: to } = this.box
    this.box.setRangeText(text, from, to, "end")
    this.box.dispatchEvent(new Event("input", { bubbles: true }))
  }

  offerCamera() {
    const button = make("button", { type: "button", className: "button camera", textContent: this.dataset.scan })
    button.addEventListener("click", () => this.open())
    this.querySelector("form.photo").before(button)
  }

  async open() {
    const video = make("video", { autoplay: true, muted: true, playsInline: true })
    const stop = make("button", { type: "button", className: "button", textContent: this.dataset.stop })
    this.view = make("dialog", { className: "camera-view" }, make("p", { textContent: this.dataset.aim }), video, stop)
    this.view.setAttribute("aria-label", this.dataset.scan)
    stop.addEventListener("click", () => this.stop())
    this.view.addEventListener("close", () => this.stop())
    this.append(this.view)
    this.view.showModal()
    try {
      const known = await BarcodeDetector.getSupportedFormats()
      this.eye = new BarcodeDetector({ formats: FORMATS.filter(name => known.includes(name)) })
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } })
      if (!this.view) return this.stop()
      video.srcObject = this.stream
      await video.play()
      this.look(video)
    } catch {
      this.stop()
      this.querySelector(".camera-failed")?.remove()
      const said = make("p", { className: "camera-failed muted", textContent: this.dataset.failed })
      said.setAttribute("role", "alert")
      this.append(said)
    }
  }

  async look(video) {
    while (this.view) {
      const [found] = await this.eye.detect(video).catch(() => [])
      if (found && this.view) {
        this.stop()
        this.box.value = scanned(found)
        this.box.form.requestSubmit()
        return
      }
      await new Promise(done => setTimeout(done, 120))
    }
  }

  stop() {
    const { view, stream } = this
    this.view = this.stream = undefined
    for (const track of stream?.getTracks() ?? []) track.stop()
    view?.remove()
  }
}
customElements.define("x-scan", Scan)
