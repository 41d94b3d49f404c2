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
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.data.RowData;

/** A Redshift table as the target of INSERT INTO. */
@Internal
final class RedshiftDynamicTableSink implements DynamicTableSink {

    private final RedshiftSink<RowData> sink;

    RedshiftDynamicTableSink(RedshiftSink<RowData> sink) {
        this.sink = sink;
    }

    @Override
    public ChangelogMode getChangelogMode(ChangelogMode requested) {
        return ChangelogMode.insertOnly();
    }

    @Override
    public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
        return SinkV2Provider.of(sink, sink.getParallelism().orElse(null));
    }

    @Override
    public DynamicTableSink copy() {
        return new RedshiftDynamicTableSink(sink);
    }

    @Override
    public String asSummaryString() {
        return "Redshift table sink";
    }
}
