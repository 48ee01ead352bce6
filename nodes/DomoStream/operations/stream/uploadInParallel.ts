import type { INodeProperties } from 'n8n-workflow';

import { PartTools } from '../../../../transfer/parts/partTools';
import { readResumePoint } from '../../../../transfer/upload/resume';
import { columnMappingField } from '../../../shared/editor/columnMapper';
import { inputFields } from '../../../shared/fields/inputSource';
import { optionFields, readLoadOptions } from '../../../shared/fields/optionFields';
import { onceForAllItems } from '../../../shared/run/operation';
import { readForAllItems } from '../../../shared/run/sameForAllItems';
import { targetField, targetFieldHoldsField } from '../../streamTarget';
import { readTargets } from '../../targets/readTargets';
import { uploadTargets } from '../../targets/uploadTargets';
import { executionUpdateMethodFields, readExecutionUpdateMethod } from '../../updateMethodFields';

export const description: INodeProperties[] = [
	targetField,
	targetFieldHoldsField,
	...executionUpdateMethodFields,
	...inputFields,
	columnMappingField('getStreamColumns', 'streamId'),
	...optionFields('uploadInParallel'),
];

export const execute = onceForAllItems(async (context) => {
	const updateMethod = await readForAllItems(context, 'updateMethod', 'Update Method', (itemIndex) =>
		readExecutionUpdateMethod(context, itemIndex),
	);
	const chosen = await readLoadOptions(context, 'uploadInParallel');
	// What can be refused without asking Domo is.
	readResumePoint(chosen.resume);
	const { groups, isNamedByItems, targetField: field } = await readTargets(context);
	return await uploadTargets(context, groups, {
		tools: new PartTools(),
		updateMethod,
		chosen,
		isNamedByItems,
		...(field === undefined ? {} : { targetField: field }),
	});
});
