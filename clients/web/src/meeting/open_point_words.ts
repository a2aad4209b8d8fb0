// Words of what is open before a meeting is closed, and of what was when it was closed all the same.
import { defineWords } from '$lib/words';

const plural = (n: unknown, one: string, many: string) => (n === 1 ? one : many);

export const w = defineWords({
  sv: {
    levels: (p) => plural(p['n'], `1 område på dagordningen saknar läge: ${p['what']}.`, `${p['n']} områden på dagordningen saknar läge: ${p['what']}.`),
    needs: 'En överenskommen insats saknar {needs}: {what}',
    withoutOwner: 'Ett förslag saknar ansvarig: {what}',
    held: (p) => plural(p['n'], '1 insats är inte skickad till enheterna.', `${p['n']} insatser är inte skickade till enheterna.`),
    nightLead: 'Ingen är kvällsansvarig. Då är samordnaren det.',
    proposed: (p) => plural(p['n'], '1 förslag är varken bekräftat eller inställt.', `${p['n']} förslag är varken bekräftade eller inställda.`),
    silent: 'Har inte sagt något i laget runt: {what}.',
    units: 'Utan enhet: {what}',
    notFollowedUp: (p) => plural(p['n'], '1 insats är inte uppföljd.', `${p['n']} insatser är inte uppföljda.`),
  },
  en: {
    levels: (p) => plural(p['n'], `1 area of the agenda has no level: ${p['what']}.`, `${p['n']} areas of the agenda have no level: ${p['what']}.`),
    needs: 'An agreed deployment lacks {needs}: {what}',
    withoutOwner: 'A proposal has nobody responsible: {what}',
    held: (p) => plural(p['n'], '1 deployment is not sent to its units.', `${p['n']} deployments are not sent to their units.`),
    nightLead: 'Nobody leads the night. Then the coordinator does.',
    proposed: (p) => plural(p['n'], '1 proposal is neither confirmed nor called off.', `${p['n']} proposals are neither confirmed nor called off.`),
    silent: 'Have said nothing in the round: {what}.',
    units: 'Without a unit: {what}',
    notFollowedUp: (p) => plural(p['n'], '1 deployment is not followed up.', `${p['n']} deployments are not followed up.`),
  },
});
