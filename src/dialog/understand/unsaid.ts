/** Somebody asks for time: "let me think". It is no answer, and no text. */
export function asksForTime(plain: string): boolean {
  return plain.length <= LONGEST && (THINKS.test(plain) || THINKS_IN_ENGLISH.test(plain));
}

/** Somebody cannot write it down and wants a person: 我说不来,你们派个人听我讲. */
export function wantsToTell(plain: string): boolean {
  return plain.length <= LONGEST_WISH && (CANNOT.test(plain) ? SOMEBODY.test(plain) : false) && !FOR_OTHERS.test(plain);
}

const LONGEST = 40;
const LONGEST_WISH = 60;
const AROUND =
  '(?:好的?|嗯|行|哦|要得|收到|谢谢|晓得了|知道了|等|让|容|一?[下哈会]儿?|我们?|俺|先|再|还|要|得|需要|没有?|晚点|回去|回家|过[一两几]天|[\\s\\p{P}])*';
const AFTER = '(?:一?[下哈]儿?|考虑|琢磨|商量|想|好|再|晚点|过[一两几]天|明天|说|写|回|复|发|给|告诉|来|您|你们?|谢谢|[嘛哦吧了的呢]|[\\s\\p{P}])*';
const THINKS = new RegExp(`^${AROUND}(?:[跟和][^\\s\\p{P}]{1,5})?(?:想(?:一?[下哈想]|好)|考虑(?!不)|琢磨|商量)${AFTER}$`, 'u');
const THINKS_IN_ENGLISH =
  /^(?:ok|okay|hmm*|well|wait|thanks|[\s\p{P}])*(?:let me|i'll|i will|i'd like to|i (?:still )?(?:need|have|want) to|need to|give me time to) (?:think|consider)(?: (?:about|it|this|over|first|again|a bit))*[\s\p{P}]*$/u;
const CANNOT =
  /^[^\s\p{P}]{0,6}(?:(?:说|讲|写|打字?|打字打|表达|看)(?:都)?(?:不来|不清|不明白|不好|不出来|恼火)|不会(?:写|打|说|用))|^(?:sorry,? )?i (?:can't|cannot|don't know how to) (?:explain|write|type|say|see)|^it is hard to (?:explain|write|type)/u;
const SOMEBODY =
  /(?:派|喊|叫|找|来|请|让)(?:一?个|个把)?人|(?:给我|跟我)[回打说讲摆谈]|(?:打|回)个?电话|听我[说讲摆]|跟你们的?人|\b(?:call me|someone|somebody|a person)\b/;
/** What is proposed for others: 给说不来普通话的老人安排翻译. */
const FOR_OTHERS = /老年?人|大家|居民|邻居|娃|每个|每栋|\b(?:people|residents|elderly|neighbou?rs)\b/;
