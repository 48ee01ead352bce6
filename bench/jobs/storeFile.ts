/** Puts a file into n8n's binary store, once for all processes that share the folder. */
import { FileLocation } from 'n8n-core';
import type { IBinaryData } from 'n8n-workflow';

import { BinaryDataService, Container, useFilesystemBinaryData } from '../../test/support/engine';
import type { Prepare } from '../job';

export const prepare: Prepare = async ({ path }) => {
	await useFilesystemBinaryData();
	const file: IBinaryData = { data: '', mimeType: 'text/csv', fileName: 'flights.csv' };
	return async (clock) => ({
		binary: await clock(
			async () =>
				await Container.get(BinaryDataService).copyBinaryFile(
					FileLocation.ofExecution('bench', '1'),
					file,
					path!,
				),
		),
	});
};
