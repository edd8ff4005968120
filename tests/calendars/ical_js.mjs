// A calendar of its own, after RFC 5546 (2.1.5) and the way of Thunderbird, on ical.js. One line in: the messages of one
// person as they arrived, each [method of the header, text]. One line out: what the calendar then shows, or what failed.
import { createInterface } from "node:readline";
import ICAL from "ical.js";

ICAL.design.strict = true;

const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", dateStyle: "short", timeStyle: "short" });

function parsed(method, text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  if (calendar.name !== "vcalendar" || calendar.getFirstPropertyValue("method") !== method) throw new Error("method");
  const events = calendar.getAllSubcomponents("vevent");
  if (events.length !== 1 || calendar.getAllSubcomponents().length !== 1) throw new Error("not one event");
  return new ICAL.Event(events[0]);
}

function shown(event) {
  const value = (name) => event.component.getFirstPropertyValue(name);
  const instant = (time) => {
    if (time.zone !== ICAL.Timezone.utcTimezone) throw new Error(`not in UTC: ${time}`);
    return time.toJSDate();
  };
  const person = (property) => [property.getParameter("cn"), property.getFirstValue()];
  return {
    uid: event.uid,
    sequence: value("sequence"),
    start: instant(event.startDate).toISOString(),
    end: instant(event.endDate).toISOString(),
    clock: clock.format(instant(event.startDate)),
    summary: event.summary,
    location: event.location,
    description: event.description,
    organizer: person(event.component.getFirstProperty("organizer")),
    attendees: event.attendees.map(person),
  };
}

const newer = (event, known) => {
  const order = (one) => [one.component.getFirstPropertyValue("sequence"), one.component.getFirstPropertyValue("dtstamp").toUnixTime()];
  const [sequence, stamp] = order(event);
  const [before, stampBefore] = order(known);
  return sequence > before || (sequence === before && stamp >= stampBefore);
};

// A new time or place, an end and a new beginning each need a higher SEQUENCE: else a program changes the entry without
// asking its reader again, and one that keeps cancelled entries may not bring this one back.
function refuseSilence(method, event, last) {
  const says = (one) => [one.startDate, one.endDate, one.location].join("|");
  const changes = method !== last.method || says(event) !== says(last.event);
  const sequence = (one) => one.component.getFirstPropertyValue("sequence");
  if (changes && sequence(event) <= sequence(last.event)) throw new Error(`${method} without a higher SEQUENCE`);
}

function read(messages) {
  const entries = new Map();
  const seen = new Map();
  for (const [method, text] of messages) {
    const event = parsed(method, text);
    const known = entries.get(event.uid);
    if (known && !newer(event, known)) continue;
    const last = seen.get(event.uid);
    if (last && newer(event, last.event)) refuseSilence(method, event, last);
    if (!last || newer(event, last.event)) seen.set(event.uid, { method, event });
    if (method === "REQUEST" || method === "PUBLISH") entries.set(event.uid, event);
    else if (method === "CANCEL") entries.delete(event.uid); // and nothing is remembered of it
    else throw new Error(method);
  }
  return [...entries.values()].map(shown);
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { shown: read(JSON.parse(line)) };
  } catch (problem) {
    answer = { failed: String(problem) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
