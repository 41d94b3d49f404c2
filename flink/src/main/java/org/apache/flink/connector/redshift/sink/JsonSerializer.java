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
import org.apache.flink.core.io.SimpleVersionedSerializer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * Version 1: the JSON text in UTF-8. The same for what stays in checkpoints and savepoints
 * (committables, known ledgers) and for what only travels between operators; the text has a version
 * of its own.
 */
@Internal
final class JsonSerializer<T> implements SimpleVersionedSerializer<T> {

    private static final int VERSION = 1;

    private final Function<T, String> toJson;
    private final Function<String, T> fromJson;

    private JsonSerializer(Function<T, String> toJson, Function<String, T> fromJson) {
        this.toJson = toJson;
        this.fromJson = fromJson;
    }

    static JsonSerializer<Committable> ofCommittables() {
        return new JsonSerializer<>(Committable::json, Committable::new);
    }

    static JsonSerializer<StagedFiles> ofStagedFiles() {
        return new JsonSerializer<>(StagedFiles::json, StagedFiles::new);
    }

    static JsonSerializer<KnownLedger> ofKnownLedgers() {
        return new JsonSerializer<>(KnownLedger::json, KnownLedger::new);
    }

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(T object) {
        return toJson.apply(object).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public T deserialize(int version, byte[] bytes) throws IOException {
        if (version != VERSION) {
            throw new IOException(
                    "This state was written by another version of the Redshift connector (format "
                            + version
                            + ", known is "
                            + VERSION
                            + "). Restore it with that version or a later one.");
        }
        return fromJson.apply(new String(bytes, StandardCharsets.UTF_8));
    }
}
