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

/** Version 1: the JSON text in UTF-8. */
@Internal
final class StagedFilesSerializer implements SimpleVersionedSerializer<StagedFiles> {

    private static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(StagedFiles files) {
        return files.json().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public StagedFiles deserialize(int version, byte[] bytes) throws IOException {
        if (version != VERSION) {
            throw new IOException(
                    "This state was written by another version of the Redshift connector (format "
                            + version
                            + ", known is "
                            + VERSION
                            + "). Restore it with that version or a later one.");
        }
        return new StagedFiles(new String(bytes, StandardCharsets.UTF_8));
    }
}
