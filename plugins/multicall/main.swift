print("swnet-cni")
