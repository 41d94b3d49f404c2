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

package org.apache.flink.connector.redshift.types;

import java.util.List;
import java.util.Map;

/** The ways on which rows reach a table; what arrives must not depend on which is taken. */
enum Way {
    COPY_CSV("copy", Map.of("sink.copy.format", "csv")),
    COPY_PARQUET("copy", Map.of("sink.copy.format", "parquet")),
    JDBC("jdbc", Map.of());

    final String mode;
    final Map<String, String> options;

    Way(String mode, Map<String, String> options) {
        this.mode = mode;
        this.options = options;
    }

    static List<Way> all() {
        return List.of(values());
    }

    boolean carries(ColumnType<?> type) {
        return this != COPY_PARQUET || type.isInParquet();
    }
}
