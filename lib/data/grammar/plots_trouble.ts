/**
 * Plots about quarrels, dangers, greed and storms; some end badly.
 *
 * @module
 */
import type { Plot } from "./plot.ts";
import * as words from "./words.ts";

export const TROUBLE: readonly Plot[] = [
  {
    slots: { thing: words.TOYS, color: words.COLORS },
    keywords: "fight grab mine turn sorry apologize pull",
    summary: [
      "{hero} and {friend} fight over a {color} {thing} and learn to take turns.",
      "{friend} takes the {thing} from {hero}, but later {fhe} says sorry.",
    ],
    features: ["Conflict"],
    beats: [
      [
        "{when}, {hero} played with a {color} {thing} {at}.",
        "{when}, there was only one {color} {thing} {at}.",
      ],
      [
        'Then {friend} tried to grab it. "It is mine!" {fhe} shouted.',
        '"Give it to me!" said {friend}, and began to pull.',
      ],
      [
        '"No, I had it first!" yelled {hero}. They started to fight.',
        '"That is not fair!" cried {hero}, and pushed {fhim}.',
      ],
      [
        "They pulled so hard that the {thing} almost broke. Both fell down.",
        "In the end they both sat on the ground and cried.",
      ],
      [
        '{His} {elder} came and said, "If you fight, no one can have fun. Why not take turns?"',
        "{friend} looked at the ground. {fHe} knew that {fhe} had been {cross}.",
      ],
      [
        '"I am sorry," said {friend}. "I am sorry too," said {hero}. They took turns and had fun.',
        "They decided to apologize and to play together with the {thing}.",
      ],
    ],
    morals: [
      "The moral of the story is to take turns.",
      "They learned that sharing is more fun than fighting.",
    ],
  },
  {
    slots: { sound: words.NOISES, color: words.COLORS },
    keywords: "storm thunder lightning dark blanket candle safe",
    summary: [
      "{hero} is afraid of a storm at night, and {his} {elder} makes {him} feel safe.",
      "There is thunder at night, and {hero} hides under a {color} blanket.",
    ],
    beats: [
      [
        "One night, a big storm came over the town.",
        "One dark night, the rain fell hard on the roof.",
      ],
      [
        "There was lightning, and then a {sound}. It was thunder!",
        'With a loud {sound}, the lights went out. "Help!" cried {hero}.',
      ],
      [
        "{hero} was {scared} and hid under a {color} blanket.",
        "{He} pulled the {color} blanket over {his} head and held {his} {toy} tight.",
      ],
      [
        '"I am {scared}," {he} said. {His} {elder} took {him} in {ehis} arms.',
        '{His} {elder} lit a candle. "It is only thunder. It cannot hurt you," {ehe} said.',
      ],
      [
        "They counted together after each lightning: one, two, three, four, five.",
        "They sang a song and drank warm milk with {sweet}.",
      ],
      [
        "Soon the storm was over, and {hero} fell asleep.",
        "In the morning, there was a rainbow, and {hero} was {glad}.",
      ],
    ],
    morals: [
      "The moral of the story is that there is no need to be afraid when someone holds you.",
    ],
  },
  {
    slots: { sweet: words.SWEETS },
    keywords: "greedy tummy sick stomach plate much",
    summary: [
      "{hero} eats all the {sweet} and gets sick.",
      "{hero} is greedy and does not share the {sweet} with {friend}.",
    ],
    features: ["BadEnding"],
    beats: [
      [
        "{He} loved {sweet} more than anything else.",
        "{when}, there was a {joy}, and a big plate of {sweet} stood on the table.",
      ],
      [
        '"You may have a little, but not too much," said {his} {elder}.',
        '"Please keep some for {friend}," said {his} {elder}, and left the room.',
      ],
      [
        "{He} ate a little, and then a little more. It was so {tasty}!",
        '"I will take one more bite," {he} thought. But {he} could not stop.',
      ],
      [
        '"Can I have some?" asked {friend}. "No, it is all mine!" said {hero}.',
        "{friend} wanted some too, but {hero} turned away and ate faster.",
      ],
      [
        "Soon all the {sweet} was gone. Then {his} tummy began to hurt.",
        "{He} ate until nothing was left. {His} stomach made a strange noise.",
      ],
      [
        "{hero} lay in bed and cried. {He} could not go to the {joy}, and {friend} was {cross}.",
        "{He} was sick for two days, and nobody came to visit {him}.",
      ],
    ],
    morals: [
      "The moral of the story is not to be greedy.",
      "{hero} learned that too much of a good thing is bad.",
    ],
  },
  {
    slots: { danger: words.DANGERS, part: words.BODY_PARTS },
    keywords: "warn listen touch pain hospital danger careful",
    summary: [
      "{hero} does not listen to {his} {elder} and hurts {his} {part} at the {danger}.",
      "{hero} goes near the {danger} and gets hurt.",
    ],
    features: ["BadEnding", "Foreshadowing"],
    beats: [
      [
        '"Do not go near the {danger}," {his} {elder} always said. "It is not a toy."',
        "{His} {elder} had to warn {him} often about the {danger}.",
      ],
      [
        "{when}, {he} was alone and bored.",
        "{when}, {his} {elder} was busy and could not watch {him}.",
      ],
      [
        '"I am not a baby," {he} thought, and {walked} up to the {danger}.',
        '"Do not do it!" said {friend}. But {hero} did not listen.',
      ],
      [
        "{He} put out {his} hand to touch it. It looked so interesting.",
        "{He} came closer and closer, and then {he} slipped.",
      ],
      [
        '"Ouch!" {he} screamed. {His} {part} was hurt, and there was some blood.',
        "Suddenly {he} felt a terrible pain in {his} {part}.",
      ],
      [
        "{His} {elder} took {him} to the hospital. {He} had to stay there for a week.",
        "{He} could not play {game} for a whole month, and that made {him} {sad}.",
      ],
    ],
    morals: [
      "The moral of the story is to listen when someone tells you to be careful.",
      "From then on, {hero} always listened to {his} {elder}.",
    ],
  },
  {
    slots: { animal: words.WILD_ANIMALS, thing: words.TREASURES },
    keywords: "forest lost path scared follow home night",
    summary: [
      "{hero} gets lost in the woods, and a friendly {animal} shows {him} the way home.",
      "A {animal} helps {hero} to find the path home.",
    ],
    features: ["Twist"],
    beats: [
      [
        "{when}, {he} saw a {color} butterfly and ran after it into the woods.",
        "{when}, {he} {walked} far into the forest to look for a {thing}.",
      ],
      [
        "Soon {he} did not know where {he} was. All the trees looked the same.",
        "When {he} turned around, the path was gone. {He} was lost!",
      ],
      [
        '"Hello?" {he} called. Nobody was there.',
        "{He} felt {scared} and sat down on a log.",
      ],
      [
        "Then something moved. Two bright eyes looked at {him}. It was a {animal}!",
        'Out of the dark came a {animal}. "Please do not eat me!" cried {hero}.',
      ],
      [
        '"I will not hurt you," said the {animal}. "I know the way. Come with me."',
        "But the {animal} was friendly. It wanted {him} to follow.",
      ],
      [
        "Together they went through the night until {he} saw {his} home. {hero} was so {glad}.",
        "The {animal} took {him} home, and {his} {elder} hugged {him} for a long time.",
      ],
    ],
    morals: ["The moral of the story is not to judge others by how they look."],
  },
];
