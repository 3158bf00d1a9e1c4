/**
 * Whether a message tells of votes that are bought, of somebody who is pressed or threatened, or of one who pretends to be the committee. It is passed
 * on whatever else it says. Who asks whether we are that, or whether a vote is paid, asks.
 */
export function tellsOfDanger(plain: string): boolean {
  if (plain.length > LONGEST || OF_US.test(plain)) return false;
  return BOUGHT.some((pattern) => pattern.test(plain)) || PRESSED.test(plain) || PRETENDS.test(plain) || THREATENED.test(plain);
}

const LONGEST = 300;
/** 你们是不是骗子, 投票有没有红包, and what is proposed or passed on for all. */
const OF_US =
  /(?:[你您]们?|短信|这个)(?:是不是|不是|该不会|是真)|(?:怎么|咋个?|如何)(?:晓得|知道|证明)|^(?:[你您]们?|这|那)?(?:是不是|真的|该不会|不会)?.{0,6}(?:骗子|骗人|诈骗|冒充)(?:的)?[吗嘛哦吧的不呢\s\p{P}]*$|投票?(?:了)?(?:有没有|有不有|有|给不给|发不发|给|发|送)(?:啥|什么|点)?(?:钱|红包|礼品|东西|奖)[^\p{L}]*(?:吗|不|没得|没有|嘛|哦)?[\s\p{P}]*$|防诈骗|反诈|宣传|\b(?:is this|are you) (?:a )?(?:scam|fraud|fake|real)/u;
const WHO =
  '(?:(?<!所)有人|有些人|他们|她们|他|她|人家|别个|别人|隔壁|邻居|楼[上下长]|对门|物业|老板|开发商|包工头|队长|书记|干部|听说|据说|群[里头]|挨家挨户|[^\\s\\p{P}]{1,3}(?:大爷|孃孃|嬢嬢|老板|主任)|老[张李王刘陈杨赵周吴罗黄何]|村[上里头]|小区[里头])';
const GAIN =
  '(?:[大香]?米(?![线粉色])|菜油|清油|钱|红包|现金|大米|米和油|米面|油米|鸡蛋|礼品|礼物|购物卡|超市卡|好处|烟|酒|[一两]?[袋桶盒](?:大?米|油)|\\d+[块元]|[一两二三五八]百)';
const BOUGHT = [
  new RegExp(`[投选]\\s*(?:\\d{1,2}|[一二三四五六七八九十])号?的?.{0,4}(?:发|送|领|有|得|给).{0,4}${GAIN}`, 'u'),
  new RegExp(`${WHO}.{0,8}(?:收|借|要|拿|买)走?(?:了)?(?:大家|我们?|我[妈爸]|老人|别人)(?:家)?的?选?票?卡`, 'u'),
  new RegExp(`${WHO}.{0,12}(?:给|发|送|塞|出|拿|花|请|转).{0,6}${GAIN}.{0,12}(?:[投选](?![诉影资])|票|拉)`, 'u'),
  new RegExp(`${WHO}.{0,10}(?:[投选]|票|签).{0,12}(?:给|发|送|塞|领|得|有|转).{0,6}${GAIN}`, 'u'),
  /(?:买|收买|收购|倒卖)(?:我们?的?|选|大家的)选?票(?!吗|不)|(?:拿|花|出)钱(?:来)?买(?:我们?的?|大家的)?选?票|拉票.{0,8}(?:钱|红包|送)|花钱.{0,4}(?:买|拉)票/u,
  /\b(?:somebody|someone|they|he|she|neighbou?r|people|man|woman|landlord|boss)\b.{0,40}\b(?:money|cash|yuan|gifts?|rice|paid|pays?|paying|offer\w*|brib\w*)\b.{0,40}\bvot/,
  /\b(?:paid|offered|paying|pays|brib\w*)\b.{0,30}\b(?:me|us|people)\b.{0,30}\bvot|\b(?:buy|buying|bought|sell|selling) (?:my |our |the )?votes?\b/,
];
const PRESSED =
  /(?:逼|强迫|强行|硬要|威胁|恐吓|吓唬).{0,3}(?:我|我们|我妈|我爸|老人|大家|人)[^|]{0,8}(?:[投选]|票|签)|(?:不[投选].{0,12}(?:就|要).{0,3}(?:扣|取消|停|不给|不发|开除|赶|涨))|\b(?:forc\w+|pressur\w+|threaten\w*|bull(?:y|ied|ying))\b.{0,30}\bvot|\bvote\b.{0,40}\bor (?:else|i(?:'ll| will) (?:lose|be))/u;
const PRETENDS =
  /(?:冒充|假冒|假装|装成|自称)(?:是)?[^,，。!！]{0,8}(?:居委会?|社区|你们|工作人员|街道|民警|干部|志愿者)|(?:居委会?|社区|街道|工作人员|投票)(?:的人?)?.{0,8}(?:喊|让|叫|要)我?.{0,4}(?:转账|转钱|打钱|汇款|交(?:钱|保证金|手续费|押金)|(?:把|说|给|发|念).{0,3}(?:验证码|密码|银行卡))|\b(?:pretend\w*|posing|claim\w*|says?|said)\b.{0,15}\b(?:to be|as|from|they are|he is|she is)\b.{0,15}\b(?:committee|community|officials?|staff|you)\b.{0,40}\b(?:money|pay|transfer|code|password|card)|\bfake (?:official|staff|committee|volunteer)/u;
const THREATENED =
  /(?:(?<!所)有人|他们?|她|隔壁|邻居|物业|老板|楼上|楼下).{0,10}(?:说要|扬言|要|想)(?:打|杀|弄死|砍|整|收拾|报复)(?:我|我们|死我)|(?:有人|他们?|邻居|老板).{0,6}(?:威胁|恐吓|跟踪|堵)(?:我|我们|着我|到我)|\b(?:threaten(?:s|ed|ing)?|going to (?:hit|beat|hurt|kill)|will (?:hit|beat|hurt|kill)) (?:me|us|my)\b/u;
