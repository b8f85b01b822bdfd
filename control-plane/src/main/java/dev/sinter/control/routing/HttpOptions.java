package dev.sinter.control.routing;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig;
import org.jspecify.annotations.Nullable;

/** How HTTP is read and written, on both sides of a proxy: as it was sent. */
final class HttpOptions {
    static final int MAX_HEADERS_KIB = 256;
    private static final int MAX_HEADERS = 1_000;

    private HttpOptions() {}

    static Http1ProtocolOptions http1() {
        return Http1ProtocolOptions.newBuilder()
                .setEnableTrailers(true)
                .setHeaderKeyFormat(Http1ProtocolOptions.HeaderKeyFormat.newBuilder()
                        .setStatefulFormatter(TypedExtensionConfig.newBuilder()
                                .setName("preserve_case")
                                .setTypedConfig(Any.pack(PreserveCaseFormatterConfig.newBuilder()
                                        .setForwardReasonPhrase(true)
                                        .build()))))
                .build();
    }

    /** @param idleTimeout of a connection without requests; null for Envoy's hour */
    static HttpProtocolOptions common(@Nullable Duration idleTimeout) {
        HttpProtocolOptions.Builder options =
                HttpProtocolOptions.newBuilder().setMaxHeadersCount(EnvoyMessages.number(MAX_HEADERS));
        if (idleTimeout != null) {
            options.setIdleTimeout(idleTimeout);
        }
        return options.build();
    }
}
