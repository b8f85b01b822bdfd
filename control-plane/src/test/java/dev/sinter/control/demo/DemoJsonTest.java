package dev.sinter.control.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class DemoJsonTest {

    private static final String PUBLISHED = """
            {"application": "tree", "failedRequests": 0, "differingResponses": 0, "requestsTotal": 800,
             "secondsToFused": 45.0, "secondsTotal": 180.0,
             "groups": [{"name": "g1", "members": ["a", "b"], "homes": ["a", "b"], "local": [["a", "b"]],
                         "tier": "IN_PROCESS", "memoryMiB": 64.0, "replicas": 1.0}],
             "hops": [{"from": "a", "to": "b", "before": {"p50Ms": 2.0, "p95Ms": 3.0, "p99Ms": 4.0},
                       "after": {"p50Ms": 0.1, "p95Ms": 0.2, "p99Ms": 0.3}}],
             "before": {"latencyMs": {"p50": 550.0, "p95": 600.0, "p99": 700.0}, "ratePerSecond": 20.0,
                        "memoryMiB": {"functions": 100.0, "sidecars": 80.0, "total": 180.0}, "instances": 2,
                        "cpuMillicores": 600.0, "gbSecondsPerRequest": 0.043164062500000006},
             "after": {"latencyMs": {"p50": 520.0, "p95": 530.0, "p99": 540.0}, "ratePerSecond": 20.0,
                       "memoryMiB": {"functions": 94.0, "sidecars": 60.0, "total": 154.0}, "instances": 1,
                       "cpuMillicores": 400.0, "gbSecondsPerRequest": 0.03125},
             "images": [{"function": "a", "digestBefore": "sha256:1", "digestAfter": "sha256:1"}]}
            """;

    @Test
    void writesThePublishedDocument() throws IOException {
        ObjectMapper mapper = new ObjectMapper();

        assertThat(mapper.readTree(DemoJson.write(DemoReport.of(Samples.measurements()))))
                .isEqualTo(mapper.readTree(PUBLISHED));
    }
}
