package dev.sinter.control.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.control.verify.RecordedRequest.HeaderLine;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class RecentRequestsTest {

    @Test
    void keepsEachRequestOnceAndItsNewestHeaders() {
        RecentRequests requests = new RecentRequests(RecorderLimits.DEFAULT);
        requests.add(get("/1", "old"));
        requests.add(get("/2", "old"));
        requests.add(get("/1", "new"));

        assertThat(requests.newestFirst()).containsExactly(get("/1", "new"), get("/2", "old"));
    }

    @Test
    void forgetsTheOneNotSeenForLongest() {
        RecentRequests requests = new RecentRequests(new RecorderLimits(2, 10_000, 1000));
        requests.add(get("/1", ""));
        requests.add(get("/2", ""));
        requests.add(get("/1", ""));
        requests.add(get("/3", ""));

        assertThat(requests.newestFirst()).extracting(RecordedRequest::target).containsExactly("/3", "/1");
    }

    @Test
    void countsWhatIsTooLargeToKeep() {
        RecentRequests requests = new RecentRequests(new RecorderLimits(2, 10_000, 100));
        requests.add(get("/", "x".repeat(200)));

        assertThat(requests.newestFirst()).isEmpty();
        assertThat(requests.tooLarge()).isEqualTo(1);
    }

    @Property(tries = 200)
    void staysWithinItsBounds(@ForAll @Size(max = 60) List<@IntRange(max = 400) Integer> lengths) {
        RecentRequests requests = new RecentRequests(new RecorderLimits(7, 1000, 300));

        for (int length : lengths) {
            requests.add(get("/" + length % 11, "x".repeat(length)));

            List<RecordedRequest> kept = requests.newestFirst();
            assertThat(kept).hasSizeLessThanOrEqualTo(7);
            assertThat(kept.stream().mapToLong(RecordedRequest::sizeBytes).sum())
                    .isLessThanOrEqualTo(1000);
        }
    }

    private static RecordedRequest get(String target, String header) {
        return new RecordedRequest("GET", target, "a", List.of(new HeaderLine("x", header)));
    }
}
