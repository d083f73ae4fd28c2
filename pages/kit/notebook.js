// The notebook's secret code: kept in this browser, and told to Python where Python does not have it yet.
// crypto.getRandomValues works without https; randomUUID and subtle do not, and classrooms use plain http.

const KEY = "tl.notebook"
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
const CODE = new RegExp(`^[${ALPHABET}]{26}$`)

let written = null // the last move that was written: each is written once, for another tab may have moved on since
let look = () => {} // what this page does when another tab has changed the code

// Once a page load and not once a call: Streamlit calls the function below at every change of its data.
window.addEventListener("storage", (event) => {
  if (event.key === KEY || event.key === null) look()
})

function keptCode() {
  const found = localStorage.getItem(KEY)
  if (CODE.test(found ?? "")) return found
  const bytes = crypto.getRandomValues(new Uint8Array(26))
  const code = [...bytes].map((byte) => ALPHABET[byte & 31]).join("")
  localStorage.setItem(KEY, code)
  return code
}

export default function ({ data, setTriggerValue }) {
  look = () => {
    try {
      if (data.move && data.move !== written) localStorage.setItem(KEY, data.code)
      written = data.move
      const code = keptCode()
      if (code !== data.code) setTriggerValue("code", code)
    } catch {
      if (data.kept) setTriggerValue("code", "") // storage is blocked or full
    }
  }
  look()
}
