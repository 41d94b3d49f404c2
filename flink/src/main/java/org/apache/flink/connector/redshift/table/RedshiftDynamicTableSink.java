/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package org.apache.flink.connector.redshift.table;

import org.apache.flink.annotation.Internal;
import org.apache.flink.connector.redshift.sink.RedshiftSink;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.connector.sink.abilities.SupportsOverwrite;
import org.apache.flink.table.data.RowData;

import java.util.Map;

/** A Redshift table as the target of INSERT INTO and INSERT OVERWRITE. */
@Internal
final class RedshiftDynamicTableSink implements DynamicTableSink, SupportsOverwrite {

    private final Map<String, String> options;
    private final ResolvedSchema schema;
    private boolean overwrite;
    private RedshiftSink<RowData> sink;

    /**
     * Checks the table's definition.
     *
     * @throws ValidationException naming what cannot work and what to set
     */
    RedshiftDynamicTableSink(Map<String, String> options, ResolvedSchema schema) {
        this.options = options;
        this.schema = schema;
        this.sink = build();
    }

    private RedshiftDynamicTableSink(RedshiftDynamicTableSink other) {
        this.options = other.options;
        this.schema = other.schema;
        this.overwrite = other.overwrite;
        this.sink = other.sink;
    }

    private RedshiftSink<RowData> build() {
        return RedshiftSink.<RowData>builder()
                .setOptions(options)
                .setSchema(schema)
                .setConverter(row -> row)
                .setOverwrite(overwrite)
                .build();
    }

    /** With a key deletes need no other fields, and what an update replaces need not be sent. */
    @Override
    public ChangelogMode getChangelogMode(ChangelogMode requested) {
        return schema.getPrimaryKey().isPresent()
                ? ChangelogMode.upsert()
                : ChangelogMode.insertOnly();
    }

    @Override
    public void applyOverwrite(boolean replaceRows) {
        if (overwrite != replaceRows) {
            overwrite = replaceRows;
            sink = build();
        }
    }

    @Override
    public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
        if (overwrite && !context.isBounded()) {
            throw new ValidationException(
                    "INSERT OVERWRITE replaces the rows of "
                            + sink.getTable()
                            + " when the job ends, so it needs batch mode: SET"
                            + " 'execution.runtime-mode' = 'batch'.");
        }
        return SinkV2Provider.of(sink, sink.getParallelism().orElse(null));
    }

    @Override
    public DynamicTableSink copy() {
        return new RedshiftDynamicTableSink(this);
    }

    @Override
    public String asSummaryString() {
        return "Redshift table sink";
    }
}
