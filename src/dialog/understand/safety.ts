import { guessOf } from './guessed.ts';
import type { Said } from './said.ts';

/**
 * Whether a message tells of votes that are bought, of somebody who is pressed or threatened, or of one who pretends to be the committee. It is passed
 * on whatever else it says. Who asks whether we are that, or whether a vote is paid, asks.
 */
export function tellsOfDanger(plain: string): boolean {
  if (plain.length > MAX_CHARS || NOTHING_TO_DO.test(plain)) return false;
  if (TRADES.test(plain)) return true;
  if (OF_US.test(plain)) return false;
  return (
    BOUGHT.some((pattern) => pattern.test(plain)) ||
    isPaid(plain) ||
    PRESSED.test(plain) ||
    PRETENDS.test(plain) ||
    THREATENED.test(plain) ||
    isToldOf(plain)
  );
}

/** The same of what is in none of those words: what was learnt is surely of that kind, and a word of a vote, of pressure or of a swindle is there. */
export function mayTellOfDanger(said: Said): boolean {
  const { plain } = said;
  if (plain.length > MAX_CHARS || OF_US.test(plain) || asksOwn(plain) || !IN_DANGER.test(plain)) return false;
  const { kind, chance } = guessOf(said);
  return kind === 'report' && chance >= (VOTE.test(plain) ? LIKELY : SURELY);
}

/** 那我让我妈投: what the writer wants somebody of theirs to do, and nothing that is given, taken or said about it. */
export function asksOwn(plain: string): boolean {
  return ASKS_OWN.test(plain);
}

const ASKS_OWN = /^[那就还\s]*我们?(?:让|叫|喊|请|找|帮|替)我?\p{Script=Han}{1,4}[投选来去]\p{Script=Han}{0,4}[\s\p{P}]*$/u;
const LIKELY = 0.65;
const SURELY = 0.75;
const IN_DANGER =
  /[投选票卡]|拉票|收买|送礼|红包|现金|转账|借钱|借[一二三两五八几\d]+[百千万]|手续费|保证金|验证码|念给他|银行卡|身份证|[冒假]充|假[冒扮装]|自称|陌生人|上门|登门|威胁|恐吓|逼|堵[在着到]|放狠?话|小心|好看|[打砸扎剪]了?我|[扎砸剪].{0,4}(?:车|胎|线|窗)|举报|\b(?:vot\w*|cards?|paid|paying|pays?|cash|bribe\w*|threat\w*|forc\w*|afraid|evict\w*|kick\w*|pretend\w*|claim\w*|code|bank|id)\b/;
const MAX_CHARS = 300;
/** 我出100块一张收票: the writer buys or sells. */
const TRADES =
  /(?:块|元|百|千|钱)[^,，。]{0,6}(?:收|买)(?:选)?[票卡](?!吗|不)|(?:收|买|卖)(?:选)?[票卡].{0,8}\d+\s*(?:块|元|一张)|(?:我|这里)的?选?票(?:要)?卖|\d{2,4}\s*(?:块|元)?\s*一票/u;
/** 你们是不是骗子, 投票有没有红包, and what is proposed or passed on for all. */
const OF_US =
  /我(?:出|给你|转你|发你)|你们?(?:把|帮|给).{0,8}票|^选我|(?:有|得|有些)(?:什么|啥子?|哪些)好处|^有(?:没|不)有人?|不[投选](?:的话|会|了)?(?:有没有|会不会|会[怎咋]样|要不要|得不得)|(?:[你您]们?|短信|这个)(?:是不是|不是|该不会|是真)|(?:怎么|咋个?|如何)(?:晓得|知道|证明)|^(?:[你您]们?|这|那)?(?:是不是|真的|该不会|不会)?.{0,6}(?:骗子|骗人|诈骗|冒充)(?:的)?[吗嘛哦吧的不呢\s\p{P}]*$|投票?(?:了)?(?:有没有|有不有|有|给不给|发不发|给|发|送)(?:啥|什么|点)?(?:钱|红包|礼品|东西|奖)[^\p{L}]*(?:吗|不|没得|没有|嘛|哦)?[\s\p{P}]*$|防诈骗|反诈|宣传|\b(?:is this|are you) (?:a )?(?:scam|fraud|fake|real)/u;
const WHO =
  '(?:(?<!所)有人|有些人|他们|她们|他|她|人家|别个|别人|隔壁|邻居|楼[上下长]|对门|物业|老板|开发商|包工头|队长|书记|干部|听说|据说|群[里头]|挨家挨户|(?<!没)有(?:一)?个|陌生人|不认识的|来了?(?:一)?(?:个|伙|群|帮)|(?:一|两|三)个(?:男的|女的|小伙子?|妹儿)|穿[^\\s\\p{P}]{1,5}的|打电话的|上门的|门口(?:的)?|微信群|厂里?|公司|单位|车间|房东|组长|班长|经理|保安|亲戚|当官的|[^\\s\\p{P}]{1,3}(?:大爷|孃孃|嬢嬢|老板|主任)|老[张李王刘陈杨赵周吴罗黄何]|村[上里头]|小区[里头])';
const GAIN =
  '(?:[大香]?米(?![线粉色])|(?<=[提拿拎送发给点带领])(?:着|点|些)?[油蛋面肉奶糖](?![菜条包])|牛奶|洗衣[液粉]|毛巾|挂面|菜油|清油|钱|红包|现金|大米|米和油|米面|油米|鸡蛋|礼品|礼物|购物卡|超市卡|好处|烟|酒|[一两]?[袋桶盒](?:大?米|油)|\\d+[块元]|[一两二三五八]百)';
const BOUGHT = [
  /(?<!我)把[^,，。]{0,8}卡(?:(?:拿|借|收)走|收了|骗|偷|抢)|(?:收|买)(?:选票|投票)?(?:卡|票).{0,6}(?:高价|现金|结算|给钱)|刷.{0,3}票.{0,6}(?:块|元|钱)|[投选]\s*(?:\d{1,2}|[一二三四五六七八九十])号?(?:的)?.{0,6}(?:红包|免费[吃喝领送])|名单.{0,6}给你?.{0,2}钱|\bi(?:.ll| will)? pay you\b/u,
  new RegExp(`${WHO}.{0,6}(?:问|找|喊|叫|让)我们?(?:要|给|交|报|念|说).{0,4}(?:选票|投票)?卡(?:号|$)`, 'u'),
  new RegExp(`[投选]\\s*(?:\\d{1,2}|[一二三四五六七八九十])号?的?.{0,4}(?:发|送|领|有|得|给).{0,4}${GAIN}`, 'u'),
  new RegExp(
    `${WHO}.{0,8}(?:收|借|要|拿|买|骗|没收|搜|抢)走?(?:了|过|我们?)?(?:大家|我们?|我[^\\s\\p{P}]{1,3}|老[人年][^\\s\\p{P}]{0,2}|别人|婆婆|爷爷|人家)?(?:家)?的?(?:选?票|投票)?卡(?!片)`,
    'u',
  ),
  new RegExp(`${WHO}.{0,12}(?:给|发|送|塞|出|拿|花|请|转|提|拎|带|散|许|答应|打发).{0,6}${GAIN}.{0,12}(?:[投选](?![诉影资])|票(?![房价])|拉)`, 'u'),
  new RegExp(`${WHO}.{0,10}(?:[投选]|票|签).{0,12}(?:给|发|送|塞|领|得|有|转|奖|换).{0,6}${GAIN}`, 'u'),
  new RegExp(`(?:发|抢|散)红包.{0,10}(?:[投选](?!诉)|截图|票)|(?:[投选]了?|票|截图).{0,8}(?:换|兑|抵)${GAIN}`, 'u'),
  /\b(?:collect\w*|tak(?:e|es|ing)|took|buy\w*|borrow\w*|want\w*|steal\w*|stole)\b.{0,20}\b(?:(?:voting|vote|ballot|my|our|their|people's|old people's) ?)+cards?\b/,
  /(?:买|收买|收购|倒卖)(?:我们?的?|选|大家的)选?票(?!吗|不)|(?:拿|花|出)钱(?:来)?买(?:我们?的?|大家的)?选?票|拉票.{0,8}(?:钱|红包|送)|花钱.{0,4}(?:买|拉)票/u,
  /\b(?:somebody|someone|they|he|she|neighbou?r|people|man|woman|guy|lady|landlord|boss)\b.{0,40}\b(?:money|cash|yuan|gifts?|rice|oil|eggs|paid|pays?|paying|offer\w*|brib\w*|gives?|giving|hand\w* out)\b.{0,40}\bvot/,
  /\b(?:somebody|someone|they|he|she|neighbou?r|people|man|woman|guy|lady|landlord|boss)\b.{0,40}\bvot\w*\b.{0,40}\b(?:money|cash|yuan|gifts?|rice|eggs|paid|pays|paying|brib\w*)\b/,
  /\b(?:paid|offered|paying|pays|brib\w*)\b.{0,30}\b(?:me|us|people)\b.{0,30}\bvot|\b(?:buy|buying|bought|sell|selling) (?:my |our |the )?votes?\b/,
];
/** Somebody else, a vote or a card, and what they do with it: give something for it, force, take, ask money or digits. Each may stand anywhere. */
function isToldOf(plain: string): boolean {
  if (REPORTS.test(plain)) return true;
  if (!SOMEBODY.test(plain)) return false;
  if (VOTES.test(plain) && (GIVES.test(plain) || FORCES.test(plain))) return true;
  return TAKES.test(plain) || SWINDLES.test(plain);
}

const NOTHING_TO_DO = /没得?有?关系|不相干|\bnothing to do with\b/;
const REPORTS =
  /买票卖票|卖票买票|卡[^,，。]{0,4}(?:数字|号码?)[^,，。]{0,2}卖|(?:赢|选上|票多)[^,，。]{0,8}[发送](?:鸡蛋|米|油|钱|红包)|给了?我\d{2,4}[喊叫让]|\bfree (?:eggs|rice|oil|gifts?) (?:if|when|for)\b|举报.{0,6}(?:买票|卖票|拉票|贿选|作弊|刷票)|\breport .{0,12}vote.?buying\b/;
const VOTES = /投(?![诉影资篮稿递入])|(?<!人|我们|当)选(?![手秀题])|(?<![车彩股发钞门机邮饭支])票(?![房价子])|反对|\bvot(?:e|es|ing|ed)\b/;
const SOMEBODY =
  /(?<!所)有人|有些人|他们|她们|别个|人家|隔壁|邻居|对门|楼[上下长]|物业(?!费)|老板|开发商|包工头|队长|组长|班长|领导|主任|经理|保安|房东|公司|厂里?|单位(?!门)|同事|同学|[侄女]儿|婆家|老公|男人|男的|女的|小伙|光头|那家|对方|陌生|来了?(?:一)?(?:个|伙|群|帮)|有一?个|一个(?:戴|穿|自称|男|女)|志愿者|工作人员|工作牌|红马甲|穿[^\s\p{P}]{1,5}的|自称|电话|群里|说是|纸条|\b(?:somebody|someone|they|he|she|neighbou?rs?|people|man|woman|guy|lady|landlord|boss|stranger|caller|uncle|husband)\b/u;
const GIVES =
  /(?:送|发|给|领|返|换|塞|递|拿|提|拎|收)(?:了|他|她|我们?|大家|你|点|些|着)?.{0,7}(?:鸡蛋|[大香]?米(?![线粉色])|[一两壶桶瓶]油|条烟|包烟|香烟|[包条]?纸(?!条|板|质|箱)|盐巴|脸盆|洗衣[液粉]|毛巾|购物卡|红包|现金|礼品|礼物|好处|烟(?=$|[\s\p{P}，]))|(?:烟|酒|钱|蛋|米|油|红包|[块元]).{0,4}换.{0,4}票|请(?:我|我们|大家|老人|他们|人)*.{0,3}(?:吃|坝坝宴|坝坝席|喝酒)|打[一二三四五六七八九]?折|返.{0,3}[块元现]|免(?:了|我们?|大家)?.{0,4}(?:物业费|房租|租金|停车费)|提[一两三五\d]+[百千万].{0,4}好处|\b(?:cigarettes?|eggs|rice|cash|gifts?|discount|money)\b/u;
const FORCES =
  /(?:必须|统统|一律|都得|统一).{0,6}[投选]|(?:非要|硬要|逼|强迫|要挟|要求)(?:着|到)?(?:我|他|她|大家|老人|员工|人|所有人|住户|租客)[^,，。]{0,8}(?:[投选]|票)|(?:敢|哪个|谁|要是|如果|我|再)?不(?:跟|和|给|按|照)?[^,，。\s晓知用消需是]{0,7}[投选][^,，。]{0,8}(?:就(?!行|可以|好)|的话|遭)|(?:就|要|把)[^,，。]{0,6}(?:剪|扎|砸|烧)了|(?:打|弄|收拾)(?:死|断)?(?:我|你|他|她|人)(?!们?.{0,2}(?:电话|错|字))|开除|扣(?:我|你|他|她|钱|工资|奖金|绩效)|涨.{0,3}房?租|让.{0,3}好看|小心(?:你|点)|不(?:准|许|让)(?:我|人|走|别人)|(?:看着|盯着|守着)(?:我|他|她|人)|抢.{0,3}手机|站.{0,6}看.{0,3}[按投]|不说.{0,3}不准|\b(?:forc\w+|unless|or else|kick\w*|evict\w*|threat\w*|watch(?:es|ing|ed) me)\b/;
const TAKES =
  /(?:选票|投票)?卡(?!片|通|车)(?:号)?.{0,8}(?:收走|收了|拿走|骗走|借走|抢|交出去|没收|照了?相|拍照|代投)|(?:收|拿|骗|借|搜|要看|抢).{0,4}(?:走|了)?(?:我们?|大家|老人|老[人年][^\s]{0,2})?(?:的)?(?:选票|投票)卡|把.{0,8}(?:选票卡|身份证).{0,8}(?:拿|收|骗|交|哄)|卖票|收票|手上有.{0,5}卡/;
const SWINDLES =
  /(?:居委会?|社区|街道办?|主任|工作人员|志愿者|工作牌|自称|committee|community|official).{0,24}(?:借(?:钱|了?我?[一二三四五六七八九两几\d]+[百千万块])|转[账钱]|转.{0,3}[百千万]|保证金|手续费|跑路费|投票费|[一二三五十\d]+块.{0,4}费|念给|六位数|验证码|密码|银行卡|身份证|id number|bank|the code)|(?:收|交|缴).{0,6}(?:投票费|手续费|保证金|跑路费)|扫码.{0,8}(?:投|票|填).{0,12}(?:送|领|身份证|银行卡)|填.{0,3}银行卡|统一代投/;

/** A vote or a card, what is got for it, and that it is given or taken: 投了的去小卖部领油, 一张选票卡卖一百. What a project costs is told in 万. */
function isPaid(plain: string): boolean {
  return VOTE.test(plain) && REWARD.test(plain) && !COSTS.test(plain);
}

const VOTE = /投(?![诉影资篮稿递入])|选(?![手秀题])|(?<![车彩股发钞门机邮饭支])票(?![房价子])|\bvot(?:e|es|ing)\b/;
const GOODS =
  '(?:红包|现金|鸡蛋|大米|[大香]米|菜油|清油|礼品|礼物|礼盒|购物卡|超市卡|牛奶|洗衣[液粉]|香烟|(?:[一两几]|\\d+)[袋桶盒瓶条斤](?:大?米|油|蛋|面|烟|酒|奶)|(?<=[领发送给提换说好了的])[米油蛋面](?![菜条包线粉色饭馆烟前对])|(?<![\\d万])\\d{1,4}(?:块|元)|(?:[一二三四五六七八九两几]?十|[一二三四五六七八九两几]+百|[一二三四五六七八九两几]+千)(?:块|元|(?=$|[^万\\p{Script=Han}]|要|买)))';
const REWARD = new RegExp(
  `(?:给|发|送|领|换|得|转|付|出|奖|补|拿|塞|返|说好的?|答应的?).{0,6}${GOODS}|(?:票|卡).{0,4}[卖买收].{0,3}${GOODS}|${GOODS}.{0,4}(?:一[票张]|买|收|换|拿走|领走)|一[票张].{0,2}(?:\\d{2,4}(?!\\d)|[一二三五两]?[十百])(?!万)|\\b(?:get|gets|give|gives|giving|earn|want|offer\\w*|pay\\w*|paid|for)\\b.{0,12}(?:\\d+ ?(?:yuan|kuai|rmb|bucks|dollars)|cash|gifts?|eggs|rice)`,
  'u',
);
/** What a project or a message costs, and a share of the money, is nothing that is paid for a vote. */
const COSTS = /万|预算|造价|花费|话费|短信|一条|套餐|钱从|资金|租金|物业费|多少钱|好多钱|贵|便宜|\b(?:cost|costs|budget|text|sms)\b/;

const PRESSED = new RegExp(
  [
    '你们?(?:要是|如果|敢|再)?(?:不|敢|再)[^?？]{1,10}我就[^?？]{0,14}(?:说出去|抖出|曝光|告你|打|砸|弄你|整你|让你|收拾|赶你|扣|停你?|不给|不借|好看)',
    '(?:逼|强迫|强行|硬要|威胁|恐吓|吓唬).{0,3}(?:我|我们|我妈|我爸|老人|大家|人)[^|]{0,8}(?:[投选]|票|签)',
    '(?:不[投选签听改换](?!得)|没[投选]|[投选]别的).{0,12}(?:就|要|得|的话)?.{0,3}(?:扣|取消|停(?!车)|不给|不发|不办|不续租|开除|赶|拆|砸|打我|打你|报复|涨(?:房)?租|罚|收回|断[水电]|给我?(?:好看|小鞋)|没得(?:低保|补贴|工资)|(?:年终奖|奖金|低保|补贴|工资)[^,，。]{0,3}(?:没得|没有|不发|不给)|小心|后果)',
    '(?:必须|只能|只准|非要|都要)[^,，。]{0,4}[投选按][^,，。]{0,12}[,，\\s]*(?:不然|否则|要不然)',
    '(?:要|逼|喊|让)我(?:答应|保证|发誓)[^,，。]{0,3}[投选]|(?:遭|被)[^,，。]{0,6}(?:盯|守|监视|逼|强迫)[^,，。]{0,4}[投选]',
    '(?:喊|叫|让|要|要求)(?:我们?|大家|所有|员工|每个?人)[^,，。]{0,8}[投选]票?[^,，。]{0,3}(?:截图|照片|拍照)|手机[^,，。]{0,3}抢(?:过去|走|去)了?[^,，。]{0,6}[投选]|把我的?手(?:指[拇头]?)?(?:逮|抓|捉|拉|拽|按)(?:到|着|住|起)',
    '敢(?:不|跟|和|给)?[^,，。]{0,6}[投选][^,，。]{0,8}[,，\\s]*[^,，。]{0,4}(?:弄死|打死|整死|打断|砍|收拾|好看|来[^,，。]{0,5}闹)',
    `(?:${WHO}|单位|厂里|领导|学校).{0,6}(?:必须|规定|强制|统一|要求|命令|硬性|都得|一定要|非要).{0,8}(?:[投选](?!择)|票)`,
    '(?:(?:盯|守|监视)(?:到|着|起|住)|看着)我们?.{0,4}(?:[投选]|按)|(?:抢|夺|拿走|收走)了?我的?(?:手机|电话|卡).{0,8}(?:[投选]|票)',
    `${WHO}.{0,14}(?:喊|叫|让|逼|要).{0,6}(?:签字|签名|按手印|签).{0,6}(?:投|选|同意|支持|\\d|号)`,
    '(?<![个样项些])(?:都|统统|全部|一律)给我[投选]|(?:租客|住户|员工|大家)(?:统统|一律|必须)[投选]|(?:非要|硬要|强迫).{0,4}我们?[投选按头](?=[\\s\\d一二三四五六七八九十])|(?:非要|硬要).{0,4}我[投选]',
    '(?:花园|食堂|充电棚|项目|居委会?|社区|你们|主任|[投选]).{0,16}(?:一把火|放火|下(?:耗子|老鼠)?药|刹车线|给我小心|(?:炸|烧|砸)了|算账)|(?:一把火|放火|炸了|烧了|砸了).{0,8}(?:居委会?|社区|你们)|住(?:哪里|哪儿|在哪).{0,6}你们?等[到着]',
    '截图.{0,6}(?:证明|给他|发群|报数).{0,6}(?:[投选]|票)',
    '(?<!(?:你们?|系统|短信|咋个?|怎么|为啥子?|为什么|凭什么|凭啥).{0,6})(?:不准|不许|不让)我们?(?:去)?(?:投|选)',
    `${WHO}.{0,10}(?:不准|不许|不让|不要|不得)(?:我们?|人|大家|他|她|别个).{0,3}(?:[投选]|去[投选])`,
    '\\b(?:forc\\w+|pressur\\w+|threaten\\w*|bull(?:y|ied|ying))\\b.{0,30}\\bvot|\\bproof\\b.{0,12}\\bvot|\\bvot(?:e|ing)\\b.{0,40}\\b(?:or else|or i(?:.ll| will| have to| must| would)? (?:lose|be|get|move)|or (?:move|get) out|or (?:no|be|get|don.t|do not) )',
    "\\b(?:not allowed?|won't let|will not let|does not let|stops?|stopping)\\b.{0,10}\\b(?:me|us)\\b.{0,10}\\bvot",
  ].join('|'),
  'u',
);
const PRETENDS =
  /^我是(?:派出所|公安|民警|居委会?|社区|街道|[^,，]{1,2}主任).{0,20}(?:卡号|转到|转账|验证码|密码|票都?改|账户)|(?:交|收|缴)\d+(?:块|元).{0,4}(?:投票费|手续费|保证金|工本费|投票手续费)|(?:打电话|电话).{0,6}(?:问|要)我.{0,3}(?:验证码|密码|卡号)|(?:冒充|假冒|假装|装成|自称)(?:是)?[^,，。!！]{0,8}(?:居委会?|社区|你们|工作人员|街道|民警|干部|志愿者)|(?<!你们)(?:居委会?|社区|街道|工作人员|投票)(?:的人?)?.{0,8}(?:喊|让|叫|要)我?.{0,5}(?:转账|转钱|转(?:他|她|点|一?笔)?[一二三四五六七八九两几\d]+[百千万块元]|打钱|汇款|交(?:钱|保证金|手续费|押金)|(?:把|说|给|发|念|报|输|填|告诉|提供|要)(?:他|她|一下|一哈|我的|个)?.{0,3}(?:验证码|密码|银行卡|身份证号))|(?:电话|短信|微信|有人|消息).{0,10}(?:说|喊|叫|让).{0,10}(?:交|缴|付|转|打)(?:\d+|[一二三五两几]+[十百千])?(?:块|元)?(?:钱|保证金|手续费|押金|工本费)|\b(?:pretend\w*|posing|claim\w*|says?|said)\b.{0,15}\b(?:to be|as|from|they are|he is|she is)\b.{0,15}\b(?:committee|community|officials?|staff|you)\b.{0,40}\b(?:money|pay|transfer|code|password|card)|\bfake (?:official|staff|committee|volunteer)/u;
const THREATENED =
  /(?:(?<!所)有人|他们?|她|隔壁|邻居|物业|老板|楼上|楼下).{0,10}(?:说要|扬言|要|想)(?:打|杀|弄死|砍|整|收拾|报复)(?:我|我们|死我|我妈|我爸|我家)|(?:有人|他们?|邻居|老板).{0,6}(?:威胁|恐吓|跟踪|堵)(?:我|我们|着我|到我)|\b(?:threaten(?:s|ed|ing)?|going to (?:hit|beat|hurt|kill)|will (?:hit|beat|hurt|kill)) (?:me|us|my)\b/u;
