package dev.sinter.control.verify;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The last distinct requests of one function, by method, host and target. Thread-safe. */
final class RecentRequests {

    private final Object lock = new Object();
    private final RecorderLimits limits;
    private final Map<Key, RecordedRequest> requests = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private long tooLarge;

    RecentRequests(RecorderLimits limits) {
        this.limits = limits;
    }

    void add(RecordedRequest request) {
        synchronized (lock) {
            if (request.sizeBytes() > limits.requestBytes()) {
                tooLarge++;
                return;
            }
            RecordedRequest replaced =
                    requests.put(new Key(request.method(), request.host(), request.target()), request);
            bytes += request.sizeBytes() - (replaced == null ? 0 : replaced.sizeBytes());
            Iterator<RecordedRequest> oldest = requests.values().iterator();
            while (requests.size() > limits.requests() || bytes > limits.bytes()) {
                bytes -= oldest.next().sizeBytes();
                oldest.remove();
            }
        }
    }

    /** Newest first. */
    List<RecordedRequest> newestFirst() {
        synchronized (lock) {
            return List.copyOf(requests.values()).reversed();
        }
    }

    long tooLarge() {
        synchronized (lock) {
            return tooLarge;
        }
    }

    private record Key(String method, String host, String target) {}
}
