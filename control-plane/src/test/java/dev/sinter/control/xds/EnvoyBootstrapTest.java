package dev.sinter.control.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EnvoyBootstrapTest {
    private final EnvoyBootstrap bootstrap =
            new EnvoyBootstrap("tree/a", "a", "10.0.0.1", 18000, "secret", 15000, Duration.ofSeconds(1));

    @Test
    void all_but_the_way_to_the_server_is_left_to_the_server() throws Exception {
        JsonNode json = new ObjectMapper().readTree(bootstrap.json());

        assertThat(json.at("/node/id").asText()).isEqualTo("tree/a");
        assertThat(json.at("/node/cluster").asText()).isEqualTo("a");
        assertThat(json.at("/dynamicResources/adsConfig/grpcServices/0/initialMetadata/0/value")
                        .asText())
                .isEqualTo("secret");
        assertThat(json.at("/dynamicResources/adsConfig/grpcServices/0/envoyGrpc/retryPolicy/retryBackOff/maxInterval")
                        .asText())
                .isEqualTo("2s");
        assertThat(json.at("/staticResources/clusters").size()).isEqualTo(1);
        assertThat(json.at("/staticResources/clusters/0/loadAssignment/endpoints/0/lbEndpoints/0/endpoint/address")
                        .toString())
                .contains("10.0.0.1", "18000");
        assertThat(json.at("/staticResources/listeners").isMissingNode()).isTrue();
        assertThat(json.at("/admin/address/socketAddress/address").asText()).isEqualTo("127.0.0.1");
        assertThat(json.at("/layeredRuntime/layers/0/staticLayer/tracing.opentelemetry.flush_interval_ms")
                        .asInt())
                .isEqualTo(1000);
    }

    @Test
    void the_token_stays_out_of_logs() {
        assertThat(bootstrap.toString()).doesNotContain("secret");
    }
}
