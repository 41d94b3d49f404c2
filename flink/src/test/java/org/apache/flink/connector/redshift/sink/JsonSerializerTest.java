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

import org.junit.jupiter.api.Test;

import java.io.IOException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JsonSerializerTest {

    @Test
    void committableComesBackAsItWas() throws IOException {
        final Committable committable = new Committable("{\"table\":\"täblé 𝄞\"}");
        final JsonSerializer<Committable> serializer = JsonSerializer.ofCommittables();
        assertThat(
                        serializer.deserialize(
                                serializer.getVersion(), serializer.serialize(committable)))
                .isEqualTo(committable);
    }

    @Test
    void stagedFilesComeBackAsTheyWere() throws IOException {
        final StagedFiles files = new StagedFiles("{\"files\":[],\"rejects\":[]}");
        final JsonSerializer<StagedFiles> serializer = JsonSerializer.ofStagedFiles();
        assertThat(serializer.deserialize(serializer.getVersion(), serializer.serialize(files)))
                .isEqualTo(files);
    }

    @Test
    void stateOfALaterVersionIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> JsonSerializer.ofCommittables().deserialize(2, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 2")
                .hasMessageContaining("Restore it with that version or a later one");
    }
}
