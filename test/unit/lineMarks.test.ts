import { LineMarks } from '../../transfer/csv/lineMarks';

describe('LineMarks', () => {
	it('counts on from the last mark, in the file the row belongs to', () => {
		const marks = new LineMarks();
		marks.startFile("'a.csv' (item 0)", 0, 2);
		marks.add(4, 9);
		marks.startFile("'empty.csv' (item 1)", 6, 2);
		marks.startFile("'b.csv' (item 2)", 6, 1);
		expect([0, 3, 4, 5, 6, 100].map((row) => marks.locate(row))).toEqual([
			"line 2 of 'a.csv' (item 0)",
			"line 5 of 'a.csv' (item 0)",
			"line 9 of 'a.csv' (item 0)",
			"line 10 of 'a.csv' (item 0)",
			"line 1 of 'b.csv' (item 2)",
			"line 95 of 'b.csv' (item 2)",
		]);
	});

	it('says "about" only where marks were dropped, and is then off by no more lines than were dropped', () => {
		const marks = new LineMarks();
		marks.startFile("'a.csv' (item 0)", 0, 1);
		const rows = 300_000;
		for (let row = 1; row < rows; row++) marks.add(row, 1 + row * 2);
		let exact = 0;
		const wrong: string[] = [];
		for (let row = 0; row < rows; row++) {
			const [, about, line] = /^(about )?line (\d+) of 'a\.csv' \(item 0\)$/.exec(marks.locate(row)) ?? [];
			const distance = 1 + row * 2 - Number(line);
			const isRight = about ? distance >= 0 && distance < 8 : distance === 0;
			if (!isRight) wrong.push(`row ${row}: ${marks.locate(row)}`);
			if (!about) exact++;
		}
		expect(wrong).toEqual([]);
		expect(exact).toBeGreaterThan(30_000);
	});

	it('stays exact in a file without records of several lines, behind one with very many', () => {
		const marks = new LineMarks();
		marks.startFile("'a.csv' (item 0)", 0, 1);
		for (let row = 1; row < 200_000; row++) marks.add(row, 1 + row * 2);
		marks.startFile("'b.csv' (item 1)", 200_000, 2);
		expect(marks.locate(200_777)).toBe("line 779 of 'b.csv' (item 1)");
	});
});
