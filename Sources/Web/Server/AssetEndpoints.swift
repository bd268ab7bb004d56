import Hummingbird

/// Style, script and icon of the pages: parts of the program.
enum AssetEndpoints {
  static let all = [
    asset("style.css", PackageResources.style_css, type: "text/css; charset=utf-8"),
    asset("live.js", PackageResources.live_js, type: "text/javascript; charset=utf-8"),
    asset("icon.svg", PackageResources.icon_svg, type: "image/svg+xml"),
  ]

  private static func asset(_ name: String, _ bytes: [UInt8], type: String) -> Endpoint {
    Endpoint(.get, "/assets/\(name)") { _ in
      Response(
        status: .ok, headers: [.contentType: type, .cacheControl: "max-age=60"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
  }
}
