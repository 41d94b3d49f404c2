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

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.table.data.RowData;

import java.io.Serializable;

/**
 * Turns the elements of a stream into rows of the table.
 *
 * <p>The row's fields stand in the order of the schema given to the builder and hold Flink's
 * internal data structures ({@code StringData}, {@code DecimalData}, {@code TimestampData}, ...):
 * decimals of the column's own precision and scale, timestamps with no more digits than it has. The
 * same row object may be returned every time: it is copied before the next call. The row's kind
 * ({@code RowKind}) says whether it is put into the table or deleted; a table without a primary key
 * takes {@code INSERT} only. Where the sink divides its input by the primary key it asks once more
 * for the same element, which must give the same key.
 *
 * @param <T> type of the stream's elements
 */
@PublicEvolving
@FunctionalInterface
public interface RedshiftRowConverter<T> extends Serializable {

    RowData convert(T element) throws Exception;
}
