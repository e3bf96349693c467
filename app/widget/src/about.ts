import type { Service } from "./service.js";
import type { HandOff, Language, Terms, Topic } from "./wire.js";
import { words } from "./words.js";

/** Where to start, who helps in person, how long questions are kept: from the service, or without it from the built-in words. */
export class About {
  terms: Terms = { max_question: 1000, retention_days: 0 };
  private topics: Topic[] = [];
  private desk: HandOff | null = null;
  private language: Language | null = null;

  constructor(private readonly service: Service, private readonly changed: () => void) {}

  async load(language: Language): Promise<void> {
    if (this.language === language) return;
    this.language = language;
    const { service } = this;
    const [topics, desk, terms] = await Promise.allSettled([service.topics(language), service.desk(language), service.terms()]);
    if (language !== this.language) return;
    this.topics = topics.status === "fulfilled" ? topics.value : [];
    this.desk = desk.status === "fulfilled" ? desk.value : null;
    if (terms.status === "fulfilled") this.terms = terms.value;
    if ([topics, desk, terms].some((part) => part.status === "rejected")) this.language = null; // asked again at the next opening
    this.changed();
  }

  person(language: Language): HandOff {
    return this.desk ?? { ...words(language).desk, open_now: null, opens_at: null };
  }

  /** The service's questions, that of the page's topic first; the fixed ones while there are none. */
  starts(language: Language, pageTopic: string): string[] {
    const sorted = [...this.topics].sort((one, other) => Number(other.topic === pageTopic) - Number(one.topic === pageTopic));
    return sorted.length ? sorted.map((topic) => topic.question) : words(language).starts;
  }
}
