import Hummingbird
import HummingbirdTLS
import Wire
