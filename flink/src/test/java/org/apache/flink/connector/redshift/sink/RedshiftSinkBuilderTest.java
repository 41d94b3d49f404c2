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

import org.apache.flink.configuration.MemorySize;
import org.apache.flink.connector.redshift.RedshiftOptions;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.catalog.UniqueConstraint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.DataType;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RedshiftSinkBuilderTest {

    private static final DataType ROW =
            DataTypes.ROW(DataTypes.FIELD("id", DataTypes.INT().notNull()));

    @Test
    void takesOptionsByTheirConstants() {
        final RedshiftSink<Integer> sink =
                builder()
                        .setSchema(ROW)
                        .setOption(RedshiftOptions.PORT, 5440)
                        .setOption(RedshiftOptions.SINK_WRITE_MODE, RedshiftOptions.WriteMode.COPY)
                        .setOption(RedshiftOptions.S3_URI, "s3://bucket/prefix")
                        .setOption(RedshiftOptions.SINK_FLUSH_INTERVAL, Duration.ofMillis(1500))
                        .setOption(RedshiftOptions.SINK_COPY_MEMORY, MemorySize.ofMebiBytes(80))
                        .setOption(RedshiftOptions.SINK_COPY_KEEP_FILES, true)
                        .build();
        assertThat(sink).isInstanceOf(CopySink.class);
        assertThat(sink.plan().flushInterval()).hasMillis(1500);
        assertThat(sink.plan().batchRows()).isZero();
    }

    @Test
    void keepsThePasswordToItself() {
        assertThat(builder().setSchema(ROW).build().toString())
                .contains("public.t")
                .doesNotContain("secret");
    }

    @Test
    void takesPhysicalColumnsOfATablesSchema() {
        final ResolvedSchema schema =
                ResolvedSchema.of(
                        Column.physical("id", DataTypes.INT()),
                        Column.metadata("m", DataTypes.ARRAY(DataTypes.INT()), null, true));
        assertThat(builder().setSchema(schema).build()).isInstanceOf(InsertSink.class);
    }

    @Test
    void takesThePrimaryKeyOfASchemaOrAlone() {
        final ResolvedSchema schema =
                new ResolvedSchema(
                        List.of(Column.physical("id", DataTypes.INT().notNull())),
                        List.of(),
                        UniqueConstraint.primaryKey("pk", List.of("id")),
                        List.of());
        assertThat(builder().setSchema(schema).build().plan().primaryKey()).containsExactly("id");
        assertThat(builder().setSchema(ROW).setPrimaryKey("id").build().plan().primaryKey())
                .containsExactly("id");
        assertThat(builder().setSchema(ROW).build().plan().primaryKey()).isEmpty();
    }

    @Test
    void refusesAKeyThatIsNoColumn() {
        final RedshiftSinkBuilder<Integer> builder =
                builder().setSchema(ROW).setPrimaryKey("number");
        assertThatThrownBy(builder::build)
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("number");
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> builder().build())
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("setSchema");
        final RedshiftSinkBuilder<Integer> noConverter =
                RedshiftSink.<Integer>builder().setSchema(ROW);
        assertThatThrownBy(noConverter::build)
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("setConverter");
        assertThatThrownBy(() -> builder().setSchema(DataTypes.INT()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("ROW");
    }

    private static RedshiftSinkBuilder<Integer> builder() {
        return RedshiftSink.<Integer>builder()
                .setOption("hostname", "example.com")
                .setOption("username", "someone")
                .setOption("password", "secret")
                .setOption("table-name", "t")
                .setConverter(id -> GenericRowData.of(id));
    }
}
