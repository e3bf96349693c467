import type { Stage } from "./asking.js";
import type { Exchange } from "./conversation.js";
import { asText, print } from "./paper.js";
import { Refused, type Service } from "./service.js";
import { words } from "./words.js";

/** What is done with answers that are there: saying whether they helped, copying, printing, deleting. */
export class Afterwards {
  /** The person was asked whether to delete. */
  confirming = false;

  constructor(private readonly stage: Stage, private readonly service: Service) {}

  feedback(exchange: Exchange, helpful: boolean, reason: string): void {
    const { announcer, changed, locale, tell } = this.stage;
    const before = exchange.feedback;
    const language = exchange.answer?.language ?? locale;
    exchange.feedback = helpful ? "yes" : reason ? "reason" : "no";
    changed();
    this.service.feedback(exchange.id, language, helpful, reason).then(
      () => {
        if (exchange.feedback === "yes" || exchange.feedback === "reason") announcer.say(words(language).thanks, language);
        tell("feedback", { id: exchange.id, helpful, reason });
      },
      () => {
        exchange.feedback = before === "no" && reason ? "no" : "failed";
        if (exchange.feedback === "no") announcer.alert(words(language).not_sent, language);
        changed();
      },
    );
  }

  confirm(asking: boolean): void {
    this.confirming = asking;
    this.stage.changed();
    void this.stage.updateComplete.then(() => this.stage.seek(asking ? "#sure" : ".forget")?.focus());
  }

  /** True when it is deleted; else the person was told why not. */
  async forget(): Promise<boolean> {
    const { announcer, conversation, locale } = this.stage;
    const say = words(locale);
    try {
      await conversation.forget(locale);
    } catch (error) {
      this.confirm(false);
      announcer.alert(error instanceof Refused && error.problem.status === 429 ? error.problem.detail : say.not_forgotten, locale);
      return false;
    }
    announcer.say(say.forgotten, locale);
    return true;
  }

  async copy(): Promise<void> {
    const { announcer, conversation, locale } = this.stage;
    const say = words(locale);
    await navigator.clipboard.writeText(asText(conversation.exchanges)).then(
      () => announcer.say(say.copied, locale),
      () => announcer.alert(say.not_copied, locale),
    );
  }

  print(): void {
    const { conversation, locale } = this.stage;
    print(words(locale).service, asText(conversation.exchanges), locale);
  }
}
