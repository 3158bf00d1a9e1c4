/** Somebody asks for time: "let me think". It is no answer, and no text. */
export function asksForTime(plain: string): boolean {
  return plain.length <= MAX_CHARS && (THINKS.test(plain) || THINKS_IN_ENGLISH.test(plain));
}

/** Somebody cannot write it down and wants a person: 我说不来,你们派个人听我讲. */
export function wantsToTell(plain: string): boolean {
  return plain.length <= LONGEST_WISH && (CANNOT.test(plain) ? SOMEBODY.test(plain) : false) && !FOR_OTHERS.test(plain);
}

/** Somebody greets back where a text is asked for: 在的,你好. */
export function greets(plain: string): boolean {
  return GREETS.test(plain);
}

/** Somebody was not heard: 喊你们停了,又给我发. Whoever wants the messages again says so. */
export function saysStopAgain(plain: string): boolean {
  return plain.length <= MAX_CHARS && (STOPPED.test(plain) || STOPPED_IN_ENGLISH.test(plain)) && !WANTS_AGAIN.test(plain);
}

/** A yes to whether the messages shall stop: 就是不要了嘛. */
export function wantsNoMore(plain: string): boolean {
  return WANTS_NO_MORE.test(plain);
}

/** The language that somebody wants who does not understand the other one: 四川话听不懂,换普通话. */
export function insteadOfRefused(plain: string): 'mandarin' | 'sichuan' | undefined {
  if (plain.length > MAX_CHARS || OF_OTHERS.test(plain)) return undefined;
  if (REFUSES_DIALECT.test(plain)) return 'mandarin';
  return REFUSES_MANDARIN.test(plain) ? 'sichuan' : undefined;
}

/** Somebody leaves what was begun: 算了, 取消, "cancel it". */
export function leaves(plain: string): boolean {
  return plain.length <= LONGEST_WISH && LEAVES.test(plain);
}

/** Somebody goes on later: 等哈儿, 晚点再说. */
export function waits(plain: string): boolean {
  return plain.length <= LONGEST_WISH && WAITS.test(plain);
}

/** 不退订, 不要退订: like a wish to stop but for one word. */
export const STOPS_NOT = /[不没别莫](?:是|要|有|想|用)*(?:退|停)/;
/** Nobody who threatens is told a fact. */
export const THREATENS =
  /[砍弄打捅整杀搞]不?[死残](?:你|龟|狗|这)|杀(?:了|光)?你|砍你|打断你|[找喊叫]人[弄打收整砍]你|你给我等着|烧了你|[炸烧砸](?:了|掉|平)?(?:你们?|这个?)?(?:的)?(?:居委会?|社区|小区|办公室)|\b(?:kill|stab|shoot) you\b/;

/** Nor who only curses. */
export const INSULTS =
  /龟儿|脑壳有(?:包|病|问题)|脑子有病|老不死|神经病|吃饱了撑|瓜娃子|狗(?:日|东西|杂)|日你|[操草艹肏]你|[去干]你(?:妈|娘|大爷|先人|的吧)|你(?:妈|娘|大爷|先人)的?(?:[逼批屄]|$|[\s\p{P}])|妈卖|[哈瓜傻煞][批逼屄叉儿]|[蠢笨]得?(?:跟|像)?猪|猪脑|杂种|畜生|贱[人货]|王八|混[账蛋]|去死|死全家|(?:垃圾|破|什么)玩意|[个有](?:锤子|铲铲|屁)(?!股)|\b(?:fuck\w*|bitch|asshole|moron|idiots?|dumb(?:er|ass)?|stupid|bastard|shit)\b/u;

const MAX_CHARS = 40;
const LONGEST_WISH = 60;
const AROUND =
  '(?:好的?|嗯|行|哦|要得|收到|谢谢|晓得了|知道了|等|让|容|一?[下哈会]儿?|我们?|俺|先|再|还|要|得|需要|没有?|晚点|回去|回家|过[一两几]天|[\\s\\p{P}])*';
const AFTER = '(?:一?[下哈]儿?|考虑|琢磨|商量|想|好|再|晚点|过[一两几]天|明天|说|写|回|复|发|给|告诉|来|您|你们?|谢谢|[嘛哦吧了的呢]|[\\s\\p{P}])*';
const THINKS = new RegExp(`^${AROUND}(?:[跟和][^\\s\\p{P}]{1,5})?(?:想(?:一?[下哈想]|好)|考虑(?!不)|琢磨|商量)${AFTER}$`, 'u');
const THINKS_IN_ENGLISH =
  /^(?:ok|okay|hmm*|well|wait|thanks|[\s\p{P}])*(?:let me|i'll|i will|i'd like to|i (?:still )?(?:need|have|want) to|need to|give me time to) (?:think|consider)(?: (?:about|it|this|over|first|again|a bit))*[\s\p{P}]*$/u;
const LEAVES =
  /^[\s\p{P}]*(?:那|好|我|还是|先|就|都|把|一个都|哦|唉|hmm*|oh|ok|please|no)*[\s\p{P}]*(?:取消(?:了|掉|它|这个|投票|这次|我的票|我的投票)?|(?:算了|算求了?|算球了?)(?:算了)?|不(?:投|选|搞|弄|整|看|想投|消转?|用转|转|提|说)了|都?不要了|撤[销回](?:它|我的票)?|cancel(?: it| that| this| my vote| the vote| vote)?|never ?mind|forget (?:it|about it)|undo(?: it| that)?|scrap that|leave it)(?:不投了|算了|[吧嘛哈了哦啊]|谢谢|please|thanks|[\s\p{P}])*$/u;
const WAITS =
  /^[\s\p{P}]*(?:好|嗯|那|你|我|先|再|还|要|得|ok|well)*[\s\p{P}]*(?:稍等(?:一?[下哈会]儿?)?|等我?(?:再)?[看想问](?:一?[下哈看想问])?|(?:我)?再?看(?:看|一?[下哈])|等(?:一?[下哈会]儿?|哈哈儿|等|我一?[下哈]|到起)|晚[点些](?:儿)?(?:再)?(?:说|投|选|弄|搞|来|看|回)?|[过隔](?:一?[下哈会]儿?|一?阵|哈哈儿)(?:再?(?:说|投|选|弄|搞|来|看|回))?|(?:想|考虑|看|问)(?:一?[下哈]儿?|清楚|好)?再(?:说|投|选|定)|[莫别先]+[忙慌急](?:投|选|着|到)?|[你您]?们?慢[点些]|[莫别]催|(?:我)?(?:在|要|先|去|得|正|还|有点|这会儿?|现在)*(?:忙|开车|上班|开会|做饭|煮饭|吃饭|买菜|带娃儿?|接娃儿?|出去|出门|睡觉|洗碗|接(?:一?个)?电话|有(?:点)?事)(?:得很|到|着|到起|呢|嘛|一?[下哈])?[\s\p{P}]*(?:(?:今)?晚上?|明天|下午|中午|等会儿?|回头|改天|周末|空了|忙完|等哈儿?)?再?[说投弄]?|(?:我)?(?:今晚|晚上|明天|下午|中午|回头|改天|周末|空了|忙完了?|回去|到屋)再[说投弄]|(?:我)?(?:先|去|要)*问(?:一?[下哈]|问)?(?:我)?(?:娃儿?|娃娃|孩子|女|儿|孙(?:子|女|儿)|老头子?|爱人|媳妇|屋头的?|家里人?|老伴|老公|老婆|儿子|女儿|妈|老汉儿?)(?:再说)?|(?:先)?放(?:一放|到|一?[下哈]|起)|过(?:一?[下哈会]儿?|两天)再?(?:说|投)?|以后再?说|再说|莫慌|莫忙|不[慌急忙](?:嘛|哈|到)?[\s\p{P}]*(?:我)?(?:再)?(?:[看想问](?:一?[下哈看想问])?(?:娃儿?|屋头的?|家里人?|老伴)?)?|先不[慌急忙投]|later|not now|(?:please )?(?:give me|i need) (?:a|one|some|another)? ?(?:minute|moment|second|sec|bit|time)|let me (?:see|check|look)|wait(?: a (?:minute|moment|sec|bit))?|hold on|one moment|just a (?:minute|moment|sec))(?:再?说|再?投|[吧嘛哈了哦啊]|please|[\s\p{P}])*$/u;
const CANNOT =
  /^[^\s\p{P}]{0,6}(?:(?:说|讲|写|打字?|打字打|表达|看)(?:都)?(?:不来|不清|不明白|不好|不出来|恼火)|不会(?:写|打|说|用))|^(?:sorry,? )?i (?:can't|cannot|don't know how to) (?:explain|write|type|say|see)|^it is hard to (?:explain|write|type)/u;
const SOMEBODY =
  /(?:派|喊|叫|找|来|请|让)(?:一?个|个把)?人|(?:给我|跟我)[回打说讲摆谈]|(?:打|回)个?电话|听我[说讲摆]|跟你们的?人|\b(?:call me|someone|somebody|a person)\b/;
/** What is proposed for others: 给说不来普通话的老人安排翻译. */
const FOR_OTHERS = /老年?人|大家|居民|邻居|娃|每个|每栋|\b(?:people|residents|elderly|neighbou?rs)\b/;
const GREETS =
  /^(?=.*[\p{L}])(?:[你您]们?好|喂|嗨|哈喽|早上好|上午好|中午好|下午好|晚上好|早安|晚安|我?在的?(?=$|[\s\p{P}呢哈嘛哦在])|谢谢[你您]?们?|收到|好的?|hello|hi|hey|good (?:morning|afternoon|evening)|thanks|thank you|(?:i'm|i am) here|[啊呀哈嘛呢哦咯了]|[\s\p{P}])+$/u;
const TOLD_TO_STOP = '(?:[喊叫让]过?了?你们?(?:都|就)?|说了(?:都|就)?|[喊叫]了)(?:停|[莫别]再?发|不要再?发|不收|退订)|退订了|退都退了|(?:都|就)退订';
const WITHOUT_EFFECT = '(?:了|的|嘛|过|短信|消息|我|你们?|现在|今天|居然|结果|为什么|为啥|怎么|咋个?|又|还|在|给|往|[\\s\\p{P}])';
const STOPPED = new RegExp(
  `(?:${TOLD_TO_STOP})(?=${WITHOUT_EFFECT}*(?:[又还]|怎么|咋))${WITHOUT_EFFECT}*(?:发(?=$|[\\s\\p{P}来了起嘛哦啊呀给我短消])|来(?=$|[\\s\\p{P}了]))`,
  'u',
);
const STOPPED_IN_ENGLISH =
  /\b(?:(?:told|asked) you to stop(?: (?:texting|sending|messaging)(?: me)?)?|(?:already|have|i) unsubscribed)(?:[\s,.;]+(?:and|but|why|yet|now|again|still|are|you|do|did|keep|just|have|on))*\s+(?:text|send|sent|messag)/;
const WANTS_AGAIN = /想收|要收|恢复|重新|再给我|可以发|发起?走|发起?嘛|继续|误|错|\b(?:but|want|sorry|please send)\b/;
const WANTS_NO_MORE =
  /^(?:就是|对头?|是的?|嗯+|要得|yes|yeah|yep)[\s,，。啊哈嘛呀就是]*(?:不想?再?[要看接](?:这个|短信|消息)?了|不想?再?收|[莫别]再?发|不要再?[发来]|i don't want (?:it|them|this)|no more)[^不停错?？投选]{0,4}$/u;
const DIALECT = '(?:四川话|成都话|川话|方言)';
const UNDERSTANDS_NOT = '(?:[听看搞]不(?:太)?(?:懂|来|明白|清楚?)|不懂|听起来?(?:别扭|恼火|费劲|费力|吃力|累))';
const REFUSES = '(?:不要|别|莫|不想)再?(?:[说讲用听]|跟我说|跟我讲)?';
const refusing = (language: string) =>
  new RegExp(
    `${language}(?:[我俺]|我们)?(?:都|也|就|实在|硬是|完全)?${UNDERSTANDS_NOT}|${UNDERSTANDS_NOT}(?:你们?的?|[说讲]的?)?${language}|${REFUSES}${language}`,
    'u',
  );
const REFUSES_DIALECT = refusing(DIALECT);
const REFUSES_MANDARIN = refusing('(?:普通话|国语)');
/** A person who asks for somebody else asks how: 我妈听不懂普通话怎么投. */
const OF_OTHERS = /[投选怎咋]|妈|爸|老[人公婆汉头]|婆|爷|奶|孃|有人|大家|居民|他|她/;
