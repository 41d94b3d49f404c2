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

package org.apache.flink.connector.redshift.sink;

import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.redshift.internal.SinkPlan;
import org.apache.flink.table.types.logical.RowType;

import java.io.IOException;

/** jdbc mode: what a checkpoint covers has been committed before the checkpoint is. */
@Internal
final class InsertSink<T> extends RedshiftSink<T> {

    private static final long serialVersionUID = 1L;

    InsertSink(SinkPlan plan, RowType rowType, RedshiftRowConverter<T> converter) {
        super(plan, rowType, converter);
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
        return new Writer<>(openRows(context, /* restored */ false));
    }

    private record Writer<T>(RowHandOver<T> rows) implements SinkWriter<T> {

        @Override
        public void write(T element, Context context) throws IOException {
            rows.add(element);
        }

        @Override
        public void flush(boolean endOfInput) throws IOException {
            rows.finish();
        }

        @Override
        public void close() throws IOException {
            rows.close();
        }
    }
}
