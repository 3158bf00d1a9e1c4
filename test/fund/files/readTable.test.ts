import { expect } from 'chai';
import { strToU8, zipSync } from 'fflate';
import writeExcelFile from 'write-excel-file/node';
import { readTable } from '../../../src/fund/files/table/readTable.ts';
import { rosterRows } from '../../../src/fund/files/table/rosterRows.ts';

describe('a roster as a table', () => {
  const read = async (bytes: Uint8Array) => {
    const table = await readTable(bytes, 30_000);
    return 'rows' in table ? rosterRows(table) : table;
  };
  const rowsOf = async (bytes: Uint8Array): Promise<string[][]> => {
    const made = await read(bytes);
    if ('refused' in made) throw new Error(made.refused);
    return made.lines.split('\n').flatMap((line): string[][] => (line === '' ? [] : [JSON.parse(line)]));
  };
  const xlsx = (rows: readonly (readonly (string | number | Date)[])[], dateFormat?: string): Promise<Buffer> =>
    writeExcelFile(
      rows.map((row) => row.map((value) => (value instanceof Date ? { value, type: Date, format: dateFormat ?? 'm/d' } : value))),
    ).toBuffer();
  /** The smallest workbook that has this sheet. */
  const workbook = (sheet: string, more: Record<string, Uint8Array> = {}, merged?: string) =>
    zipSync({
      '[Content_Types].xml': strToU8('<Types/>'),
      'xl/workbook.xml': strToU8('<workbook xmlns:r="r"><sheets><sheet name="一" sheetId="1" r:id="rId1"/></sheets></workbook>'),
      'xl/_rels/workbook.xml.rels': strToU8(
        '<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
      ),
      'xl/worksheets/sheet1.xml': strToU8(
        `<worksheet><sheetData>${sheet}</sheetData>${merged ? `<mergeCells><mergeCell ref="${merged}"/></mergeCells>` : ''}</worksheet>`,
      ),
      ...more,
    });
  const text = (cell: string, value: string) => `<c r="${cell}" t="inlineStr"><is><t>${value}</t></is></c>`;

  /** A zip of one file whose directory names it many times, with nothing as its size unpacked. */
  function namedOften(zip: Uint8Array, times: number): Buffer {
    const bytes = Buffer.from(zip);
    const [directory, end] = ['PK\u0001\u0002', 'PK\u0005\u0006'].map((mark) => bytes.lastIndexOf(mark));
    const entry = Buffer.from(bytes.subarray(directory, end));
    entry.writeUInt32LE(0, 24);
    const last = Buffer.from(bytes.subarray(end));
    last.writeUInt16LE(times, 10);
    last.writeUInt16LE(times, 8);
    return Buffer.concat([bytes.subarray(0, directory), ...Array.from({ length: times }, () => entry), last]);
  }

  it('reads what Excel, WPS and we ourselves save', async () => {
    const expected = ['007', '赵小梅', '3栋'];
    const rows = '编号;姓名;手机;楼号;性别\r\n007;赵小梅;13800000001;3栋;女\r\n';
    // GB18030 of the same text, as Excel in China saves CSV
    const gbk = Buffer.from('b1e0bac52cd0d5c3fb2cc2a5bac50d0a3030372cd5d4d0a1c3b72c33b6b00d0a', 'hex');
    for (const [name, bytes] of Object.entries({
      semicolons: Buffer.from(rows),
      sep: Buffer.from(`sep=;\r\n${rows}`),
      BOM: Buffer.from(`\ufeff${rows}`),
      'unicode text': Buffer.from(`\ufeff${rows.replaceAll(';', '\t')}`, 'utf16le'),
      gbk,
      ours: Buffer.from(`\ufeffid,name,phone,building\n007,赵小梅,'+8613800000001,3栋\n`),
      xlsx: await xlsx([
        ['编号', '姓名', '手机', '楼号'],
        ['007', '赵小梅', 13800000001, '3栋'],
      ]),
      inline: workbook(
        `<row r="1">${text('A1', '编号')}${text('B1', '姓名')}${text('C1', '楼号')}</row><row r="2">${text('A2', '007')}${text('B2', '赵小梅')}${text('C2', '3栋')}</row>`,
      ),
    })) {
      const [head, row] = await rowsOf(bytes);
      const cells = ['id', 'name', 'building'].map((column) => row?.[head?.indexOf(column) ?? -1]);
      expect(cells, name).to.deep.equal(expected);
      if (head?.includes('phone')) expect(row?.[head.indexOf('phone')], name).to.match(/^(\+86)?13800000001$/);
    }
    const made = await read(Buffer.from(rows));
    expect('ignored' in made && made.ignored).to.deep.equal(['性别']);
  });

  it('keeps each row in the line in which Excel shows it', async () => {
    const made = await read(Buffer.from('\n编号,姓名\n\n1,"赵\n小梅"\n,\n2,何静\n'));
    expect('lines' in made && made.lines.split('\n')).to.deep.equal(['', '["id","name"]', '', '["1","赵 小梅"]', '', '["2","何静"]']);
  });

  it('reads the list that an office has: below a title, its columns by what they are called there, in its lines', async () => {
    const list = await xlsx([
      ['青松社区住户花名册'],
      ['填表：王芳', '', '2026年'],
      [],
      ['序号', '户主姓名', '出生日期', '联系电话（手机）', '固定电话', '楼 栋', '门牌号*', '电话'],
      [1, '赵小梅', new Date('1950-03-02'), 13800000001, '028-1', '3栋', '2-301', '028-2'],
      [2, '何静', new Date('1960-03-02'), '', '', '4栋', '', ''],
    ]);
    const made = await read(list);
    expect(made).to.deep.equal({
      lines: ['', '', '', '["name","phone","building","door","id"]', '["赵小梅","13800000001","3栋","2-301",""]', '["何静","","4栋","",""]'].join(
        '\n',
      ),
      ignored: ['序号', '出生日期', '固定电话', '电话'],
    });
    const title = `<row r="1">${text('A1', '花名册')}</row><row r="2">${text('A2', '户主')}${text('B2', '幢')}</row><row r="3">${text('A3', '何静')}${text('B3', '4')}</row>`;
    expect(await rowsOf(workbook(title, {}, 'A1:B1'))).to.deep.equal([
      ['name', 'building', 'id'],
      ['何静', '4', ''],
    ]);
    expect(await rowsOf(Buffer.from('花名册\n姓名;幢\n何静;4\n'))).to.deep.equal([
      ['name', 'building', 'id'],
      ['何静', '4', ''],
    ]);
  });

  it('refuses what Excel spoilt, and says which cell or line', async () => {
    const head = `<row r="1">${text('A1', '编号')}${text('B1', '楼号')}</row>`;
    for (const [what, bytes, params] of [
      ['formula', workbook(`${head}<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>`), { cell: 'A2' }],
      ['merged', workbook(head, {}, 'A1:B1'), { cell: 'A1:B1' }],
      [
        'zeros',
        workbook(`${head}<row r="2"><c r="A2" s="1"><v>7</v></c></row>`, {
          'xl/styles.xml': strToU8(
            '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
          ),
        }),
        { cell: 'A2', number: '7' },
      ],
      ['error', workbook(`${head}<row r="2"><c r="B2" t="e"><v>#N/A</v></c></row>`), { cell: 'B2' }],
      [
        'date',
        await xlsx([
          ['编号', '楼号'],
          ['1', new Date('2026-03-02')],
        ]),
        { cell: 'B2' },
      ],
      ['date', '编号,楼号\n1,3月2日\n', { cell: 'B2' }],
      ['merged', workbook(`${head}<row r="2">${text('A2', '1')}</row>`, {}, 'B2:B3'), { cell: 'B2:B3' }],
      ['shortNumber', '编号,手机\n1,1.38E+10\n', { line: 2 }],
      ['quote', '编号,姓名\n1,"赵小梅\n', { line: 2 }],
    ] as const)
      expect(await read(Buffer.from(bytes)), what).to.deep.equal({ refused: what, params });
  });

  it('refuses what is no table, too big or too long, in little memory', async () => {
    const many = Array.from({ length: 100_000 }, (_, row) => `<row r="${row + 1}"><c r="A${row + 1}"><v>${row}</v></c></row>`).join('');
    const bomb = new Uint8Array(200_000_000);
    expect(await read(workbook(many))).to.deep.equal({ refused: 'tooMany', params: { rows: 100_000, most: 30_000 } });
    expect(await read(Buffer.from(`编号\n${'1\n'.repeat(100_000)}`))).to.deep.include({ refused: 'tooMany' });
    const zipped = zipSync({ 'xl/worksheets/sheet1.xml': bomb });
    expect(zipped.length).to.be.below(1_000_000);
    expect(await read(zipped)).to.deep.equal({ refused: 'tooBig' });
    // The same, saying that it unpacks to nothing: it gets no more room than that.
    const lying = Buffer.from(zipped);
    lying.writeUInt32LE(10, lying.lastIndexOf('PK\u0001\u0002') + 24);
    expect(await read(lying)).to.deep.equal({ refused: 'notXlsx' });
    // One file that is not packed, named many times, each saying that it takes nothing: each would be copied.
    for (const [times, bytes] of [
      [200, 400_000],
      [2_000, 1],
    ] as const)
      expect(await read(namedOften(zipSync({ 'x.xml': new Uint8Array(bytes) }, { level: 0 }), times)), `${times}`).to.deep.equal({
        refused: 'tooBig',
      });
    expect(await read(zipSync({ 'word/document.xml': strToU8('<w/>') }))).to.deep.equal({ refused: 'notXlsx' });
    expect(await read(Buffer.from('ffd8ffe000104a46494600010100000100010000ffdb0043', 'hex'))).to.deep.equal({ refused: 'notText' });
    expect(await read(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).to.deep.equal({ refused: 'oldExcel' });
    expect(await read(Buffer.from(''))).to.deep.equal({ refused: 'empty' });
    expect(await read(Buffer.from('电话,手机\n,13800000001\n'))).to.deep.equal({ refused: 'noColumns' });
    expect(await read(workbook('<row r="1"><c r="A1" t="s"><v>9</v></c></row>'))).to.have.property('refused');
  });
});
