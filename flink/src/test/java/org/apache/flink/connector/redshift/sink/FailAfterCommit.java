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

import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The copy sink, except that the job fails once right after a commit has succeeded. */
final class FailAfterCommit<T>
        implements Sink<T>,
                SupportsCommitter<Committable>,
                SupportsPreCommitTopology<StagedFiles, Committable> {

    private static final long serialVersionUID = 1L;
    private static final Map<String, AtomicInteger> FAILURES = new ConcurrentHashMap<>();

    private final String name;
    private final CopySink<T> sink;

    FailAfterCommit(String name, CopySink<T> sink) {
        this.name = name;
        this.sink = sink;
        FAILURES.put(name, new AtomicInteger());
    }

    static int failures(String name) {
        return FAILURES.get(name).get();
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
        return sink.createWriter(context);
    }

    @Override
    public DataStream<CommittableMessage<Committable>> addPreCommitTopology(
            DataStream<CommittableMessage<StagedFiles>> stagedFiles) {
        return sink.addPreCommitTopology(stagedFiles);
    }

    @Override
    public Committer<Committable> createCommitter(CommitterInitContext context) {
        final RedshiftCommitter committer = sink.createCommitter(context);
        return new Committer<>() {
            @Override
            public void commit(Collection<CommitRequest<Committable>> requests)
                    throws IOException, InterruptedException {
                committer.commit(requests);
                if (!requests.isEmpty() && FAILURES.get(name).compareAndSet(0, 1)) {
                    throw new IOException("as the test wants it");
                }
            }

            @Override
            public void close() throws IOException {
                committer.close();
            }
        };
    }

    @Override
    public SimpleVersionedSerializer<Committable> getCommittableSerializer() {
        return sink.getCommittableSerializer();
    }

    @Override
    public SimpleVersionedSerializer<StagedFiles> getWriteResultSerializer() {
        return sink.getWriteResultSerializer();
    }
}
