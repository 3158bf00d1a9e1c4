/** What is said in a set, and how. */
export interface SpokenSet {
  readonly titles: readonly string[];
  readonly picks: readonly string[];
  readonly words: readonly (readonly [text: string, asked: 'confirm' | 'more' | 'pick' | 'menu'])[];
  /** Variants of espeak-ng's voice, and words a minute. */
  readonly voices: readonly string[];
  readonly speeds: readonly number[];
  /** What somebody says first who hesitates: words, and milliseconds of silence. */
  readonly fillers: readonly (readonly (string | number)[])[];
  /** What a television says. */
  readonly news: readonly string[];
  /** How much higher than another set's its music is. */
  readonly pitch: number;
  readonly seed: number;
}

const TUNED_TITLES = ['楼道扶手', '健身角', '社区花园', '老年食堂', '充电桩', '快递柜', '路灯', '儿童乐园'];
const SECOND_TITLES = ['院坝修补', '晾衣架', '无障碍坡道', '图书角', '垃圾分类亭', '休闲座椅', '自行车棚', '减速带'];
const THIRD_TITLES = ['屋顶防水', '活动室', '监控探头', '消防通道', '绿化带', '污水管网', '公共洗衣房', '乒乓球台'];
const FOURTH_TITLES = ['电梯加装', '凉亭', '母婴室', '门禁系统', '排水沟', '宣传栏', '洗车场', '小广场'];
const FRESH_TITLES = ['公厕改造', '文化墙', '停车位', '雨棚', '石桌石凳', '水表更换', '护栏', '社区影院'];

/**
 * `tuned`, `second`, `third` and `fourth`: with which the rules of understanding and the recogniser were made. `fresh`: other projects, sentences, voices, speeds, fillers, news and
 * music, on which they are measured.
 */
export const sets: Readonly<Record<'tuned' | 'second' | 'third' | 'fourth' | 'fresh', SpokenSet>> = {
  tuned: {
    titles: TUNED_TITLES,
    picks: [
      ...TUNED_TITLES,
      ...['花园', '食堂', '扶手', '乐园', '三号', '七号', '一号', '五号', '八号', '三号和七号', '一号和五号', '路灯和花园', '食堂、路灯'],
      ...['我要投路灯', '我投三号', '我选社区花园', '投健身角', '投老年食堂和路灯'],
    ],
    words: [
      ...['对', '对的', '是的', '不对', '不是', '不要'].map((text) => [text, 'confirm'] as const),
      ...['就这些', '选好了', '没有了'].map((text) => [text, 'more'] as const),
      ...['再说一遍', '找人'].map((text) => [text, 'pick'] as const),
      ...['投票', '找人'].map((text) => [text, 'menu'] as const),
    ],
    voices: ['', '+f2', '+m3', '+f4'],
    speeds: [110, 130, 150, 170],
    fillers: [
      ['嗯', 350],
      ['那个', 500],
    ],
    news: [
      '今天下午市政府召开新闻发布会介绍全市经济运行情况',
      '明天白天多云转阴最高气温十五度偏北风二到三级',
      '本台记者从现场发回的报道说道路已经恢复通行',
      '接下来请听天气预报和交通信息',
    ],
    pitch: 1,
    seed: 20_261_201,
  },
  second: {
    titles: SECOND_TITLES,
    picks: [
      ...SECOND_TITLES,
      ...['坡道', '座椅', '车棚', '修补', '二号', '四号', '六号', '八号', '二号和六号', '四号和一号', '坡道和车棚', '座椅、减速带'],
      ...['我想投图书角', '我投四号', '我选休闲座椅', '投晾衣架', '投自行车棚和图书角', '我要投减速带'],
    ],
    words: [
      ...['对', '对头', '没错', '不对', '不是的', '错了'].map((text) => [text, 'confirm'] as const),
      ...['就这些', '选完了', '没有了'].map((text) => [text, 'more'] as const),
      ...['再说一遍', '找人'].map((text) => [text, 'pick'] as const),
      ...['投票', '人工'].map((text) => [text, 'menu'] as const),
    ],
    voices: ['+m1', '+f1', '+m7', '+f5'],
    speeds: [105, 120, 140, 160],
    fillers: [
      ['啊', 300],
      ['嗯那个', 450],
    ],
    news: [
      '昨天晚上成都地铁延长运营时间方便市民观看灯会',
      '记者了解到今年春节期间全市公园免费开放',
      '本周末气温回升请注意早晚温差适当增减衣物',
      '下面播送一则寻物启事请听众朋友留意',
    ],
    pitch: 1.19,
    seed: 7_654_321,
  },
  third: {
    titles: THIRD_TITLES,
    picks: [
      ...THIRD_TITLES,
      ...['防水', '探头', '通道', '球台', '二号', '五号', '七号', '八号', '一号和三号', '六号、二号', '活动室和绿化带', '通道、球台'],
      ...['我投监控探头', '我选六号', '我要投绿化带', '投乒乓球台', '投活动室和污水管网', '我想投消防通道'],
    ],
    words: [
      ...['对', '是的', '要得', '不对', '不要', '不是的'].map((text) => [text, 'confirm'] as const),
      ...['就这些', '选好了', '没有了'].map((text) => [text, 'more'] as const),
      ...['再说一遍', '找人'].map((text) => [text, 'pick'] as const),
      ...['投票', '人工'].map((text) => [text, 'menu'] as const),
    ],
    voices: ['+m2', '+f3', '+m6', '+m4'],
    speeds: [108, 125, 145, 165],
    fillers: [
      ['呃', 320],
      ['就是', 420],
    ],
    news: [
      '受冷空气影响今天夜间全省大部有小雨山区有雨夹雪',
      '市交通运输局今天公布了三条公交线路的调整方案',
      '全国图书博览会昨天在天府新区开幕展期五天',
      '以下是广告时间稍后回来请继续收看本台节目',
    ],
    pitch: 0.87,
    seed: 13_572_468,
  },
  fourth: {
    titles: FOURTH_TITLES,
    picks: [
      ...FOURTH_TITLES,
      ...['加装', '系统', '广场', '水沟', '四号', '六号', '三号', '一号', '七号和八号', '二号、五号', '凉亭和母婴室', '小广场、宣传栏'],
      ...['我投门禁系统', '我选三号', '我要投排水沟', '投母婴室', '投洗车场和凉亭', '我想投宣传栏'],
    ],
    words: [
      ...['对', '对头', '没错', '不对', '不是', '错了'].map((text) => [text, 'confirm'] as const),
      ...['就这些', '选完了', '没有了'].map((text) => [text, 'more'] as const),
      ...['再说一遍', '人工'].map((text) => [text, 'pick'] as const),
      ...['投票', '找人'].map((text) => [text, 'menu'] as const),
    ],
    voices: ['+m5', '+steph', '+m8', '+Andrea'],
    speeds: [112, 128, 148, 172],
    fillers: [
      ['就是', 380],
      ['嗯', 260],
      ['哎', 440],
      ['那个', 330],
    ],
    news: [
      '国家统计局今天发布的数据显示居民消费价格同比上涨',
      '据中央气象台预报未来三天江南华南仍有较强降雨',
      '我市第二届社区运动会今天上午在体育中心开赛',
      '听众朋友晚上好欢迎收听今天的晚间新闻',
    ],
    pitch: 1.37,
    seed: 24_681_357,
  },
  fresh: {
    titles: FRESH_TITLES,
    picks: [
      ...FRESH_TITLES,
      ...['改造', '车位', '石凳', '影院', '五号', '七号', '二号', '八号', '四号和六号', '三号、一号', '护栏和停车位', '文化墙、雨棚'],
      ...['我投社区影院', '我选五号', '我要投停车位', '投公厕改造', '投雨棚和石桌石凳', '我想投水表更换'],
    ],
    words: [
      ...['对', '要得', '没错', '不对', '不是的', '错了'].map((text) => [text, 'confirm'] as const),
      ...['就这些', '选好了', '没有了'].map((text) => [text, 'more'] as const),
      ...['再说一遍', '找人'].map((text) => [text, 'pick'] as const),
      ...['投票', '人工'].map((text) => [text, 'menu'] as const),
    ],
    voices: ['+Annie', '+Michael', '+grandma', '+rob'],
    speeds: [115, 132, 150, 168],
    fillers: [
      ['呃', 280],
      ['那个', 420],
      ['嗯', 520],
      ['就是', 360],
    ],
    news: [
      '今年前三季度全省进出口总值创历史同期新高',
      '记者今天从市教育局获悉寒假时间已经确定',
      '专家提醒冬季是呼吸道疾病高发期要注意通风',
      '下面请欣赏一首老歌送给所有的听众朋友',
    ],
    pitch: 1.61,
    seed: 97_531_864,
  },
};
