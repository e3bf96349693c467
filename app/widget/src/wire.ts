/** What the service sends, as app/wire.py writes it. */

export type Language = "fi" | "sv" | "en";
export type Kind = "text" | "item" | "step";
export type Status =
  | "emergency" | "declined" | "smalltalk" | "personal" | "clarify" | "answered" | "referred" | "unanswered" | "failed";

export interface Sentence { text: string; citations: number[]; kind: Kind }

export interface Source {
  title: string;
  url: string;
  language: Language;
  publisher: string;
  as_of: string | null;
  checked_on: string | null;
  document_id: string;
}

export interface Citation { number: number; quote: string; source: Source }

export interface HandOff {
  name: string;
  url: string;
  phone: string;
  email: string;
  address: string;
  open_now: boolean | null;
  opens_at: string | null;
  languages?: string[];
  chat?: string;
  callback?: string;
}

export interface Urgent { text: string; helplines: { name: string; phone: string }[] }

export interface Answer {
  id: string;
  conversation_id: string;
  question: string;
  status: Status;
  language: Language;
  text: string;
  sentences: Sentence[];
  citations: Citation[];
  owner: string | null;
  urgent: Urgent | null;
  notices: { code: string; text: string }[];
  choices: string[];
  hand_off: HandOff | null;
  suggestions: string[];
}

/** Whether the citations of such an answer are what comes near: nothing of them was quoted. */
export function isNear(status: Status): boolean {
  return status === "unanswered" || status === "referred";
}

export interface Topic { topic: string; title: string; question: string }
export interface Terms { max_question: number; retention_days: number }

/** RFC 9457, in the asker's language. */
export interface Problem { title: string; detail: string; code: string; status: number }

export interface AskedBody {
  id: string;
  question: string;
  language: Language;
  conversation_id: string | null;
  history: { question: string; answer: string }[];
}

export type Event =
  | { name: "started"; data: { id: string; conversation_id: string } }
  | { name: "progress"; data: { step: string } }
  | { name: "sentence"; data: { sentence: Sentence; citations: Citation[] } }
  | { name: "reset"; data: object }
  | { name: "answer"; data: Answer };
