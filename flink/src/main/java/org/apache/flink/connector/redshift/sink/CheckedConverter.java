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
import org.apache.flink.table.data.RowData;

import java.io.IOException;
import java.io.Serializable;

/**
 * The user's converter, with a clear error where it returns no row of the table.
 *
 * @param <T> type of the stream's elements
 */
@Internal
record CheckedConverter<T>(RedshiftRowConverter<T> converter, int columns, String table)
        implements Serializable {

    RowData convert(T element) throws IOException {
        final RowData row;
        try {
            row = converter.convert(element);
        } catch (IOException | RuntimeException error) {
            throw error;
        } catch (Exception error) {
            throw new IOException("The converter of the Redshift sink failed.", error);
        }
        if (row == null || row.getArity() != columns) {
            throw new IOException(
                    "The converter of the Redshift sink returned "
                            + (row == null ? "null" : "a row of " + row.getArity() + " fields")
                            + ", but "
                            + table
                            + " was given a schema of "
                            + columns
                            + " columns. It must return one row of them for each element; filter"
                            + " elements before the sink.");
        }
        return row;
    }
}
