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
import org.apache.flink.connector.redshift.internal.WriterMetrics;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/**
 * Flink's standard sink metrics, and the numbers of staged files, of repeated transactions and of
 * rejected rows, kept in step with native totals. A rejected row also counts as an error. The
 * counters whose names end in Send are those that end in Out: Flink makes them one.
 */
@Internal
final class SinkMetrics {

    private final Counter recordsSend;
    private final Counter bytesSend;
    private final Counter sendErrors;
    private final Counter retries;
    private final Counter files;
    private final Counter rejected;
    private WriterMetrics last = new WriterMetrics(0, 0, 0, 0, 0, 0);

    SinkMetrics(SinkWriterMetricGroup group) {
        recordsSend = group.getNumRecordsSendCounter();
        bytesSend = group.getNumBytesSendCounter();
        sendErrors = group.getNumRecordsSendErrorsCounter();
        retries = group.counter("numSendRetries");
        files = group.counter("numStagedFiles");
        rejected = group.counter("numRecordsRejected");
        group.setCurrentSendTimeGauge(() -> last.sendMillis());
    }

    void update(WriterMetrics now) {
        recordsSend.inc(now.rows() - last.rows());
        bytesSend.inc(now.bytes() - last.bytes());
        retries.inc(now.retries() - last.retries());
        files.inc(now.files() - last.files());
        rejected.inc(now.rejectedRows() - last.rejectedRows());
        sendErrors.inc(now.rejectedRows() - last.rejectedRows());
        last = now;
    }

    /** A failed hand-over fails the job; the rows are sent again after the restart. */
    void failed() {
        sendErrors.inc();
    }
}
