/** The snapshot in today's version of its flow, migrated step by step; undefined if no chain of migrations leads there. */
export function migrated(catalogue, { flow, version, snapshot }) {
    const entry = catalogue[flow];
    if (!entry)
        return undefined;
    if (version === versionOf(entry))
        return snapshot;
    const step = entry.migrations?.find(({ from }) => from === version);
    return step && migrated(catalogue, { flow, version: step.to, snapshot: step.migrate(snapshot) });
}
/** The version of a flow's machine; `1` if it names none. */
export function versionOf({ machine }) {
    return machine.version ?? '1';
}
