package dev.sinter.collector.otlp;

/** A message that is no OTLP trace export. */
final class MalformedOtlpException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedOtlpException(String reason, Throwable cause) {
        super(
                "SNT0403 message: " + reason
                        + " (expected: a protobuf ExportTraceServiceRequest). Maybe the sender speaks another protocol.",
                cause);
    }
}
