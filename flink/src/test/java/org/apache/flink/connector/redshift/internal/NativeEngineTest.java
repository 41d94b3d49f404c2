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

package org.apache.flink.connector.redshift.internal;

import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class NativeEngineTest {

    private static final RowType ROW =
            RowType.of(new LogicalType[] {new IntType()}, new String[] {"id"});

    private static final Map<String, String> OPTIONS =
            Map.of(
                    "hostname", "127.0.0.1",
                    "port", "1",
                    "username", "someone",
                    "password", "not to be seen",
                    "table-name", "t",
                    "ssl.mode", "disable",
                    "connect.timeout", "2 s",
                    "sink.max-retries", "0");

    @Test
    void errorsOfTheDefinitionAreValidationErrorsInWhateverCharacters() {
        assertThatThrownBy(() -> SinkPlan.make(Map.of("naïve-🚀-𝄞", "x"), ROW, List.of(), false))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("naïve-🚀-𝄞");
    }

    @Test
    void planTellsWhatTheJavaSideMustKnowAndHidesSecrets() {
        final SinkPlan plan = SinkPlan.make(OPTIONS, ROW, List.of(), false);
        assertThat(plan.isCopy()).isFalse();
        assertThat(plan.table()).isEqualTo("public.t");
        assertThat(plan.batchRows()).isEqualTo(1000);
        assertThat(plan.flushInterval()).hasSeconds(1);
        assertThat(plan.parallelism()).isNull();
        assertThat(plan.toString()).doesNotContain("not to be seen");
    }

    @Test
    void errorsOfTheWarehouseAreIoErrorsWithoutSecrets() {
        final SinkPlan plan = SinkPlan.make(OPTIONS, ROW, List.of(), false);
        assertThatThrownBy(
                        () ->
                                NativeWriter.open(
                                        plan, HostEnvironment.NONE, "job", "attempt", 0, false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1")
                .satisfies(
                        error -> assertThat(error.getMessage()).doesNotContain("not to be seen"));
    }
}
